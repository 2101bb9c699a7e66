package dev.sallyport.policy.proposal.decision;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.arguments.PathArgument.Place;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.ToolArguments;
import dev.sallyport.policy.engine.rule.DecisionCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What policies may know of the arguments, and what refuses a call before anybody is asked. The lexical look at paths
 * is advice that comes early and explains itself; the boundary is the sandbox.
 *
 * @param attributes for policies
 * @param refusal why the call cannot be allowed whatever policies say; null where nothing is wrong
 */
record ArgumentFindings(ToolArguments attributes, @Nullable DecisionCode refusal) {
    /** Nothing is known of the arguments of a tool that does not exist. */
    static final ArgumentFindings NONE = new ArgumentFindings(ToolArguments.NONE, null);

    private static final int MOST_PATHS = 500;

    /** Looks at the arguments of a call. */
    static ArgumentFindings of(ToolMetadata tool, ObjectNode arguments, List<String> secrets, List<String> hosts) {
        Set<String> paths = new HashSet<>();
        boolean outside = false;
        for (String pointer : tool.input().exposed().paths()) {
            String path = text(arguments, pointer);
            if (path != null) {
                paths.add(path);
                outside |= PathArgument.of(path).place() != Place.INSIDE;
            }
        }
        String argv = tool.input().exposed().argv();
        if (argv != null) {
            for (JsonNode argument : arguments.at(argv)) {
                for (PathArgument candidate : PathArgument.in(argument.asString(""))) {
                    outside |= candidate.place() != Place.INSIDE;
                    if (paths.size() < MOST_PATHS && candidate.text().indexOf('/') >= 0) {
                        paths.add(candidate.text());
                    }
                }
            }
        }
        DecisionCode refusal = null;
        if (outside) {
            refusal = DecisionCode.PATH_OUTSIDE_WORKSPACE;
        } else if (!secrets.isEmpty() && !tool.reach().maySecrets()) {
            refusal = DecisionCode.SECRET_NOT_ALLOWED;
        } else if (!tool.reach().egressHosts().containsAll(hosts)) {
            refusal = DecisionCode.EGRESS_NOT_ALLOWED;
        }
        String executable = tool.input().exposed().executable();
        String count = tool.input().exposed().count();
        return new ArgumentFindings(
                new ToolArguments(
                        executable == null ? null : text(arguments, executable),
                        paths,
                        Set.of(),
                        count == null ? null : number(arguments.at(count))),
                refusal);
    }

    private static @Nullable String text(ObjectNode arguments, String pointer) {
        JsonNode node = arguments.at(pointer);
        return node.isString() ? node.stringValue() : null;
    }

    private static @Nullable Long number(JsonNode node) {
        return node.isIntegralNumber() ? node.longValue() : null;
    }
}
