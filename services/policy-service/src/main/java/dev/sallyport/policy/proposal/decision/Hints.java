package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.DecisionCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a caller can do who named a tool or a program that does not exist here, is not allowed, or is asked about. */
@Component
class Hints {
    /** Of a workspace with more tools than these, the others are not compared. */
    private static final int MOST_COMPARED = 200;

    private final ToolCatalogue catalogue;

    Hints(ToolCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** One sentence at most. It names only what {@code GET /v1/tools} names: for callers who may read that. */
    List<String> of(Verdict verdict) {
        DecisionCode code = verdict.decision().code();
        ToolCallConfig config = verdict.facts().config();
        String tool = verdict.call().proposal().tool();
        if (code == DecisionCode.UNKNOWN_TOOL) {
            String workspace = verdict.call().proposal().workspaceId();
            List<String> open = catalogue.first(workspace, MOST_COMPARED).stream()
                    .filter(ToolMetadata::callable)
                    .filter(config::opens)
                    .map(ToolMetadata::name)
                    .toList();
            return NearName.of(tool, open).map(name -> "Did you mean the tool `" + name + "`?").stream()
                    .toList();
        }
        String program = verdict.context().args().executable();
        if (code == DecisionCode.SENSITIVE_NEEDS_APPROVAL) {
            return arguments(verdict, program, config);
        }
        return code == DecisionCode.EXECUTABLE_NOT_ALLOWED || code == DecisionCode.EXECUTABLE_NOT_OFFERED
                ? List.of(programs(tool, program, config))
                : List.of();
    }

    /** Why a program that runs without a person does not do so with these arguments. */
    private static List<String> arguments(Verdict verdict, @Nullable String program, ToolCallConfig config) {
        ToolMetadata tool = verdict.facts().tool();
        if (tool == null || program == null || !config.confines(program)) {
            return List.of();
        }
        String reason =
                ArgumentFindings.read(tool, verdict.call().arguments().values()).reason();
        return reason.isEmpty()
                ? List.of()
                : List.of("`" + program + "` runs without a person only where it does nothing but read. " + reason);
    }

    private static String programs(String tool, @Nullable String program, ToolCallConfig config) {
        // Tools of a workspace's own name one program; what may run at all is the workspace's configuration.
        String list = tool.equals("process.run")
                ? "`GET /v1/tools/process.run` names the programs that may run."
                : "`allowed_executables` of the workspace's configuration names the programs that may run.";
        return program == null
                ? list
                : NearName.of(program, config.processRunner().allowedExecutables())
                        .map(name -> "Did you mean the program `" + name + "`? " + list)
                        .orElse(list);
    }
}
