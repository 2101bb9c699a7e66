package dev.sallyport.policy.catalogue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a workspace's own tool starts its program. An argument's value becomes exactly one element of argv, or is the
 * input of the program; it is never read by a shell and never split. What comes out is what people are shown, what the
 * permit's digest covers and what the node runs.
 *
 * @param executable logical name of the program
 * @param argv the program's arguments, without the program
 * @param stdin the argument whose text is the program's input; null for no input
 * @param environment variables beside the sandbox's own, by name
 * @param cwd folder of the workspace in which the program starts; empty for the workspace itself
 */
public record ProgramTemplate(
        String executable,
        List<Element> argv,
        @Nullable String stdin,
        SortedMap<String, String> environment,
        String cwd) {
    /** The argument of an expanded call that holds what the agent gave. */
    private static final String GIVEN = "given";

    /** After this element a program takes nothing for an option any more. */
    private static final String END_OF_OPTIONS = "--";

    /** Programs that read their arguments as a language of their own: for them, {@code --} ends nothing. */
    private static final Set<String> WITHOUT_END_OF_OPTIONS = Set.of("echo", "expr", "find");

    /** Copies the collections. */
    public ProgramTemplate {
        argv = List.copyOf(argv);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /** A part of argv. */
    public sealed interface Element {
        /**
         * The same in every call.
         *
         * @param text one element
         */
        record Literal(String text) implements Element {}

        /**
         * The value of an argument. An argument that was left out adds nothing; each item of a list adds one.
         *
         * @param arg the argument
         * @param option an element that goes before each value; null for none
         * @param prefix what stands before the value in its element; empty for nothing
         * @param mayBeginWithDash whether the value may look like an option
         */
        record Value(String arg, @Nullable String option, String prefix, boolean mayBeginWithDash) implements Element {}

        /**
         * An element that is there when an argument is true.
         *
         * @param arg the argument, a truth value
         * @param text the element
         */
        record Flag(String arg, String text) implements Element {}
    }

    /**
     * What runs for these arguments: {@code executable}, {@code args}, {@code stdin}, {@code environment} and
     * {@code cwd} as far as there are such, and {@code given}.
     *
     * @param given the arguments of a call, which fit the tool's schema
     * @throws ToolArgumentsException for a value that a program would take for an option
     */
    public ObjectNode expand(ObjectNode given) {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("executable", executable);
        List<String> args = args(given);
        ArrayNode list = call.putArray("args");
        args.forEach(list::add);
        if (stdin != null && given.has(stdin)) {
            call.put("stdin", given.path(stdin).stringValue());
        }
        if (!environment.isEmpty()) {
            ObjectNode variables = call.putObject("environment");
            environment.forEach(variables::put);
        }
        if (!cwd.isEmpty()) {
            call.put("cwd", cwd);
        }
        call.set(GIVEN, given);
        return call;
    }

    private List<String> args(ObjectNode given) {
        List<String> args = new ArrayList<>();
        boolean noMoreOptions = false;
        for (Element element : argv) {
            switch (element) {
                case Element.Literal(String text) -> {
                    args.add(text);
                    noMoreOptions |= text.equals(END_OF_OPTIONS) && !WITHOUT_END_OF_OPTIONS.contains(executable);
                }
                case Element.Flag(String arg, String text) -> {
                    if (given.path(arg).asBoolean(false)) {
                        args.add(text);
                    }
                }
                case Element.Value value -> add(args, value, given.path(value.arg()), noMoreOptions);
            }
        }
        return args;
    }

    private static void add(List<String> args, Element.Value value, JsonNode given, boolean noMoreOptions) {
        if (given.isArray()) {
            int index = 0;
            for (JsonNode item : given) {
                addOne(args, value, item, "/" + value.arg() + "/" + index++, noMoreOptions);
            }
        } else if (!given.isMissingNode()) {
            addOne(args, value, given, "/" + value.arg(), noMoreOptions);
        }
    }

    private static void addOne(
            List<String> args, Element.Value value, JsonNode given, String pointer, boolean noMoreOptions) {
        // Integers and texts only: the schema of an own tool knows no other values of such arguments.
        String element = value.prefix() + given.asString();
        boolean literalFirst = !value.prefix().isEmpty();
        if (element.startsWith("-") && !literalFirst && !noMoreOptions && !value.mayBeginWithDash()) {
            throw new ToolArgumentsException(List.of(new ToolArgumentsException.Violation(
                    pointer, "must not begin with `-`: the program would take it for an option")));
        }
        if (value.option() != null) {
            args.add(value.option());
        }
        args.add(element);
    }
}
