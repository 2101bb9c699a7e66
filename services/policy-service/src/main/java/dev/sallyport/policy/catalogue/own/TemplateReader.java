package dev.sallyport.policy.catalogue.own;

import dev.sallyport.arguments.EnvironmentNames;
import dev.sallyport.arguments.PathArgument;
import dev.sallyport.arguments.ProtectedNames;
import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.policy.catalogue.ProgramTemplate;
import dev.sallyport.policy.catalogue.ProgramTemplate.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how an own tool's program is started, and holds it against the schema of the tool's arguments. */
final class TemplateReader {
    private static final Pattern EXECUTABLE = Pattern.compile("[a-z0-9][a-z0-9._+-]{0,63}");
    private static final Pattern OPTION = Pattern.compile("--?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    /** With a long option the value stands behind the equals sign; elsewhere a program must not see an option. */
    private static final Pattern PREFIX = Pattern.compile("--[A-Za-z0-9][A-Za-z0-9_.-]{0,63}=|[^-].{0,63}");

    private static final Pattern FOLDER = Pattern.compile("[^/].{0,255}");
    private static final Set<String> VALUE = Set.of("arg", "option", "prefix", "allow_dash");
    private static final Set<String> FLAG = Set.of("arg", "flag");
    private static final Set<String> SINGLE = Set.of("string", "integer");
    private static final int LONGEST = 8192;
    private static final int MOST_ELEMENTS = 64;
    private static final int MOST_VARIABLES = 32;

    private final DocumentField document;
    /** The types of the arguments by name; a list's is that of its items, with brackets. */
    private final Map<String, String> types;

    /** The arguments that no call may leave out. */
    private final Set<String> required;

    private final Set<String> used = new HashSet<>();

    TemplateReader(DocumentField document, Map<String, String> types, Set<String> required) {
        this.document = document;
        this.types = types;
        this.required = Set.copyOf(required);
    }

    ProgramTemplate read() {
        String executable = document.get("executable")
                .text(
                        EXECUTABLE,
                        "must be the logical name of one program, such as `wc`: lower case, without a path; its options go"
                                + " into `argv`");
        List<Element> argv = document.get("argv").items(MOST_ELEMENTS).stream()
                .map(field -> element(executable, field))
                .toList();
        verifyNothingIsSwallowed(argv);
        @Nullable String stdin = document.find("stdin").map(this::stdin).orElse(null);
        ProgramTemplate template = new ProgramTemplate(
                executable,
                argv,
                stdin,
                environment(),
                document.find("cwd").map(this::folder).orElse(""));
        types.keySet().stream()
                .filter(name -> !used.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(unused -> {
                    throw ToolRefusedException.invalid(
                            "input_schema.properties." + unused,
                            "is an argument that the program never gets. Name it in `argv` or `stdin`, or leave it out");
                });
        return template;
    }

    /**
     * Behind a text that looks like an option, an argument that may be left out, or come several times, would make the
     * program take the next element for the option's value, or the value for an option.
     */
    private void verifyNothingIsSwallowed(List<Element> argv) {
        for (int at = 1; at < argv.size(); at++) {
            if (argv.get(at) instanceof Element.Value value
                    && value.option() == null
                    && looksLikeOption(argv.get(at - 1))
                    && (!required.contains(value.arg())
                            || String.valueOf(types.get(value.arg())).startsWith("["))) {
                throw ToolRefusedException.invalid(
                        "argv[" + at + "]",
                        "may be missing, or be several elements, right behind an option. Write the option into `option` of"
                                + " this element, so that both come together, or put `--` between them");
            }
        }
    }

    private static boolean looksLikeOption(Element element) {
        return element instanceof Element.Literal(String text) && text.startsWith("-") && !text.equals("--");
    }

    private Element element(String executable, DocumentField field) {
        if (field.node().isString()) {
            String text = field.text(LONGEST);
            verifyLiteral(executable, field, text);
            return new Element.Literal(text);
        }
        if (!field.node().isObject()) {
            throw field.refused("must be a text, or an object that names an argument: {\"arg\":\"name\"}");
        }
        return field.find("flag").isPresent() ? flag(executable, field) : value(executable, field);
    }

    private Element flag(String executable, DocumentField field) {
        field.object(FLAG);
        String arg = argument(field.get("arg"), Set.of("boolean"), "a boolean, since it only decides about a flag");
        DocumentField flag = field.get("flag");
        String text = flag.text(LONGEST);
        if (text.isEmpty()) {
            throw flag.refused("must not be empty");
        }
        verifyLiteral(executable, flag, text);
        return new Element.Flag(arg, text);
    }

    private Element value(String executable, DocumentField field) {
        field.object(VALUE);
        Set<String> possible = new HashSet<>(SINGLE);
        SINGLE.forEach(type -> possible.add("[" + type + "]"));
        String arg = argument(field.get("arg"), possible, "a string, an integer, or a list of one of them");
        @Nullable
        String option = field.find("option")
                .map(given -> {
                    String text = given.text(
                            OPTION, "must be one option, such as `-n` or `--lines`; the value is the next element");
                    verifyLiteral(executable, given, text);
                    return text;
                })
                .orElse(null);
        String prefix = field.find("prefix")
                .map(given -> given.text(
                        PREFIX,
                        "must be such as `--lines=` or `if=`: a short option takes its value as the next element, with"
                                + " `option`"))
                .orElse("");
        boolean dash = field.find("allow_dash").map(DocumentField::truth).orElse(false);
        return new Element.Value(arg, option, prefix, dash);
    }

    /** An argument of the schema that has one of the types. */
    private String argument(DocumentField field, Set<String> possible, String rule) {
        String name = field.text(LONGEST);
        String type = types.get(name);
        if (type == null) {
            throw field.refused(
                    "names the argument `" + shown(name) + "`, which `input_schema.properties` does not have");
        }
        if (!possible.contains(type)) {
            throw field.refused("must name an argument that is " + rule);
        }
        used.add(name);
        return name;
    }

    private String stdin(DocumentField field) {
        field.object(Set.of("arg"));
        return argument(field.get("arg"), Set.of("string"), "a string");
    }

    /** What no call could ever do is said when the tool is registered. */
    private static void verifyLiteral(String executable, DocumentField field, String text) {
        if (ExecutableProfiles.shipped().read(executable, List.of(text)).refused()) {
            throw field.refused("makes `" + executable + "` do what its arguments do not show. Leave it out");
        }
        if (PathArgument.in(text).stream().anyMatch(PathArgument::leadsOut)) {
            throw field.refused("leads out of the workspace. Name a path inside it, relative to it");
        }
        if (text.indexOf('\0') >= 0) {
            throw field.refused("contains a NUL character, which no program can be given");
        }
    }

    private SortedMap<String, String> environment() {
        SortedMap<String, String> variables = new TreeMap<>();
        document.find("environment").ifPresent(field -> {
            List<DocumentField> members = new ArrayList<>(field.members());
            if (members.size() > MOST_VARIABLES) {
                throw field.refused("must have at most " + MOST_VARIABLES + " variables");
            }
            for (DocumentField member : members) {
                if (!EnvironmentNames.maySet(member.name())) {
                    throw member.refused("is no variable that a tool may set: `TZ`, `LANG`, `LANGUAGE`, `LC_…`, `TERM`,"
                            + " `COLUMNS`, `LINES`, `NO_COLOR`, and names of your own that begin with `APP_`");
                }
                variables.put(member.name(), member.text(LONGEST));
            }
        });
        return variables;
    }

    private String folder(DocumentField field) {
        String given = field.text(FOLDER, "must be a folder of the workspace, relative to it");
        PathArgument path = PathArgument.of(given);
        if (path.place() != PathArgument.Place.INSIDE
                || !path.isPlain()
                || path.name().equals(".")) {
            throw field.refused("must be a folder of the workspace, relative to it and without `..`");
        }
        if (ProtectedNames.cover(path.name())) {
            throw field.refused("is a folder of files that other programs run or obey. Use another one");
        }
        return path.name();
    }

    private static String shown(String name) {
        return name.length() > 64 ? name.substring(0, 64) + "…" : name;
    }
}
