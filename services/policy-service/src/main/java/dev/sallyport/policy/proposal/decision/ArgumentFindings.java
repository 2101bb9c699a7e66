package dev.sallyport.policy.proposal.decision;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.arguments.PathArgument.Place;
import dev.sallyport.arguments.profile.ArgumentReading;
import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.policy.catalogue.ProgramTemplate;
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
 * @param onlyReads whether the program's profile knows every argument, and the call does nothing but read
 * @param refusal why the call cannot be allowed whatever policies say; null where nothing is wrong
 */
record ArgumentFindings(
        ToolArguments attributes,
        boolean onlyReads,
        @Nullable DecisionCode refusal) {
    /** Nothing is known of the arguments of a tool that does not exist. */
    static final ArgumentFindings NONE = new ArgumentFindings(ToolArguments.NONE, false, null);

    /** What fits into a request to the engine, with room for all that is not a path. */
    private static final int MOST_PATHS = 900;

    private static final int MOST_CHARACTERS = 32 << 10;

    /** Looks at the arguments of a call. */
    static ArgumentFindings of(ToolMetadata tool, ObjectNode arguments, List<String> secrets, List<String> hosts) {
        ToolMetadata.Exposed exposed = tool.input().exposed();
        String executable = exposed.executable() == null ? null : text(arguments, exposed.executable());
        ProgramTemplate program = tool.program();
        // What a program takes for relative is so to the folder it starts in.
        String folder = program == null || program.cwd().isEmpty() ? "" : program.cwd() + "/";
        Set<String> paths = new HashSet<>();
        boolean outside = false;
        for (String pointer : exposed.paths()) {
            String given = text(arguments, pointer);
            if (given != null) {
                PathArgument path = PathArgument.of(given);
                paths.add(path.name());
                outside |= path.place() != Place.INSIDE || !path.isPlain();
            }
        }
        ArgumentReading reading = read(exposed, executable, arguments);
        for (PathArgument path : reading.paths()) {
            outside |= path.leadsOut();
            if (path.namesAFile() && (reading.known() || !path.name().startsWith("-"))) {
                paths.add(path.name());
                if (!folder.isEmpty() && !path.name().startsWith("/")) {
                    paths.add(folder + path.name());
                }
            }
        }
        Set<String> named = hosts(tool, arguments);
        DecisionCode refusal = null;
        if (outside) {
            refusal = DecisionCode.PATH_OUTSIDE_WORKSPACE;
        } else if (reading.refused()) {
            refusal = DecisionCode.ARGUMENT_NOT_ALLOWED;
        } else if (tooLarge(paths)) {
            refusal = DecisionCode.ARGUMENTS_TOO_LARGE;
        } else if (!tool.reach().allowsSecrets(secrets)) {
            refusal = DecisionCode.SECRET_NOT_ALLOWED;
        } else if (!tool.reach().allowsHosts(hosts) || !hosts.containsAll(named)) {
            refusal = DecisionCode.EGRESS_NOT_ALLOWED;
        }
        return new ArgumentFindings(
                new ToolArguments(
                        executable,
                        // Refused whatever policies say; a part of the paths would be no better than none.
                        tooLarge(paths) ? Set.of() : paths,
                        named,
                        exposed.count() == null ? null : number(arguments.at(exposed.count()))),
                // A tool that shows its program but not what that is given is not known.
                exposed.argv() != null && reading.onlyReads(),
                refusal);
    }

    /** What the arguments of the program say; of a tool that starts none, that there are none. */
    static ArgumentReading read(ToolMetadata tool, ObjectNode arguments) {
        ToolMetadata.Exposed exposed = tool.input().exposed();
        String executable = exposed.executable() == null ? null : text(arguments, exposed.executable());
        return read(exposed, executable, arguments);
    }

    private static ArgumentReading read(
            ToolMetadata.Exposed exposed, @Nullable String executable, ObjectNode arguments) {
        List<String> argv = exposed.argv() == null
                ? List.of()
                : arguments
                        .at(exposed.argv())
                        .valueStream()
                        .map(each -> each.asString(""))
                        .toList();
        return ExecutableProfiles.shipped().read(executable, argv);
    }

    /** Of a proposal all can be read, or it had been none. */
    private static Set<String> hosts(ToolMetadata tool, ObjectNode arguments) {
        try {
            return ArgumentHosts.read(tool, arguments);
        } catch (ArgumentHosts.Refused _) {
            return Set.of("");
        }
    }

    private static boolean tooLarge(Set<String> paths) {
        return paths.size() > MOST_PATHS
                || paths.stream().mapToInt(String::length).sum() > MOST_CHARACTERS;
    }

    private static @Nullable String text(ObjectNode arguments, String pointer) {
        JsonNode node = arguments.at(pointer);
        return node.isString() ? node.stringValue() : null;
    }

    private static @Nullable Long number(JsonNode node) {
        return node.isIntegralNumber() ? node.longValue() : null;
    }
}
