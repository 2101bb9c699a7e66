package dev.sallyport.policy.catalogue.own;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.policy.catalogue.ProgramTemplate;
import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Reads the document that a workspace registers an own tool with. What it leaves out is as for {@code process.run}. */
final class OwnToolDocument {
    private static final Set<String> MEMBERS = Set.of(
            "name",
            "version",
            "title",
            "description",
            "capabilities",
            "default_sensitive",
            "input_schema",
            "output_schema",
            "runtime",
            "executable",
            "argv",
            "stdin",
            "environment",
            "cwd",
            "limits",
            "tier",
            "egress",
            "secrets",
            "pool");

    /** OpenAI's functions have no longer ones. */
    private static final int LONGEST_NAME = 64;

    /** The first parts of the names that come along, or will. */
    private static final Set<String> RESERVED = Set.of("echo", "fs", "http", "process", "sallyport", "skill", "sleep");

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern SECRET = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    /** A name and a port. */
    private static final int LONGEST_HOST = 255;

    /** As many as a call may name. */
    private static final int MOST_NAMES = 16;

    private static final Pattern POOL = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_DESCRIPTION = 2_000;

    /** What a call gives, written out as the program's arguments beside it, fits into what arguments may be. */
    private static final int MOST_INPUT_BYTES = 60 << 10;

    /** The most that a document may ask for, and what it asks for where it says nothing: the workspace says what it gets. */
    private static final Limits MOST =
            new Limits(60_000, 3_600_000, 16L << 30, 1_048_576, 1024, 4096, 16L << 30, 16L << 30);

    private static final int LEAST_OPEN_FILES = 16;

    private final DocumentField document;

    private OwnToolDocument(DocumentField document) {
        this.document = document;
    }

    /**
     * Reads the document.
     *
     * @throws ToolRefusedException with the field that is wrong
     */
    static ToolMetadata read(ObjectNode document) {
        return new OwnToolDocument(DocumentField.root(document)).read();
    }

    private ToolMetadata read() {
        ObjectNode whole = document.object(MEMBERS);
        DocumentField runtime = document.get("runtime");
        if (!runtime.text(16).equals(RuntimeKind.PROCESS.wire())) {
            throw runtime.refused("must be process: a tool of a workspace's own is a program of the nodes");
        }
        document.find("title").ifPresent(title -> title.text(LONGEST_TITLE));
        Map<String, String> types = SchemaSubset.arguments(document.get("input_schema"));
        document.find("output_schema").ifPresent(SchemaSubset::output);
        Set<String> required = document.get("input_schema")
                .node()
                .path("required")
                .valueStream()
                .map(name -> name.asString(""))
                .collect(Collectors.toSet());
        ProgramTemplate program = new TemplateReader(document, types, required).read();
        return new ToolMetadata(
                name(),
                document.get("version").text(VERSION, "must be a whole number as a text, such as \"1\"; count it up"),
                description(),
                reach(),
                new ToolMetadata.Input(
                        (ObjectNode) document.get("input_schema").node(),
                        MOST_INPUT_BYTES,
                        new ToolMetadata.Exposed("/executable", List.of(), "/args", null, List.of())),
                placement(),
                whole,
                Digest.of(CanonicalJson.write(whole)),
                program,
                null);
    }

    private String name() {
        DocumentField field = document.get("name");
        String name = field.text(LONGEST_NAME);
        if (!ToolNames.isCanonical(name)) {
            throw field.refused(ToolNames.meant(name)
                    .map(meant -> "must be written `" + meant + "`")
                    .orElse("must be in lower case, with dots between its parts, such as `report.lines`"));
        }
        String first = name.split("[._-]", 2)[0];
        if (RESERVED.contains(first)) {
            throw field.refused("must not begin with `" + first + "`: such names are for built-in tools");
        }
        return name;
    }

    private String description() {
        DocumentField field = document.get("description");
        String description = field.text(LONGEST_DESCRIPTION);
        if (description.isBlank()) {
            throw field.refused("must say in a sentence what the tool does: models choose tools by it");
        }
        return description;
    }

    private ToolMetadata.Reach reach() {
        Set<ToolCapability> capabilities = EnumSet.noneOf(ToolCapability.class);
        for (DocumentField field : document.get("capabilities").items(ToolCapability.values().length)) {
            capabilities.add(WireName.find(ToolCapability.class, field.text(32))
                    .orElseThrow(
                            () -> field.refused("must be process_exec, filesystem_write, network or secrets_read")));
        }
        Set<String> hosts = document.find("egress").map(OwnToolDocument::hosts).orElse(Set.of());
        EgressEnforcementMode mode =
                document.find("egress").map(OwnToolDocument::mode).orElse(EgressEnforcementMode.STRICT);
        Set<String> secrets =
                document.find("secrets").map(OwnToolDocument::secrets).orElse(Set.of());
        if (mode == EgressEnforcementMode.PREFLIGHT && hosts.isEmpty()) {
            throw document.get("egress").refused("has preflight and no `hosts`: name them, or leave `egress` out");
        }
        verifyWord(capabilities, ToolCapability.NETWORK, hosts, "egress.hosts");
        verifyWord(capabilities, ToolCapability.SECRETS_READ, secrets, "secrets");
        return new ToolMetadata.Reach(
                capabilities,
                document.find("default_sensitive").map(DocumentField::truth).orElse(false),
                mode,
                hosts,
                secrets);
    }

    /** What a tool may reach, and what it says of itself, are one: whoever reads the capabilities knows all of it. */
    private void verifyWord(
            Set<ToolCapability> capabilities, ToolCapability capability, Set<String> names, String where) {
        if (capabilities.contains(capability) == names.isEmpty()) {
            throw document.get("capabilities")
                    .refused(
                            names.isEmpty()
                                    ? "has " + capability.wire() + ", which needs the names of what it reaches in `"
                                            + where + "`"
                                    : "must have " + capability.wire() + ", since `" + where + "` has names");
        }
    }

    /** The names of secrets; {@code false} for none. Which of them a caller may use the vault says. */
    private static Set<String> secrets(DocumentField secrets) {
        if (!secrets.node().isArray() && !secrets.truth()) {
            return Set.of();
        }
        if (!secrets.node().isArray()) {
            throw secrets.refused("must be a list of names of secrets, or false: nobody could tell what `true` opens");
        }
        return names(secrets, SECRET, "must be the name of a secret, without vault://");
    }

    private static Set<String> names(DocumentField list, Pattern form, String rule) {
        return list.items(MOST_NAMES).stream()
                .map(field -> field.text(form, rule))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> hosts(DocumentField egress) {
        egress.object(Set.of("mode", "hosts"));
        return egress.find("hosts")
                .map(hosts -> hosts.items(MOST_NAMES).stream()
                        .map(OwnToolDocument::host)
                        .collect(Collectors.toUnmodifiableSet()))
                .orElse(Set.of());
    }

    private static EgressEnforcementMode mode(DocumentField egress) {
        DocumentField mode = egress.get("mode");
        return WireName.find(EgressEnforcementMode.class, mode.text(16))
                .filter(each -> each != EgressEnforcementMode.NONE)
                .orElseThrow(() -> mode.refused(
                        "must be strict, which means no network but to `hosts`, or preflight, which only looks at the"
                                + " hosts that arguments name and leaves the network of the node's host open"));
    }

    private static String host(DocumentField field) {
        String host = field.text(LONGEST_HOST);
        if (!HostRule.isCanonicalHost(host)) {
            throw field.refused("must be a host's name in lower case, with a port only if that is not 443");
        }
        return host;
    }

    private ToolMetadata.Placement placement() {
        Tier tier = document.find("tier").map(OwnToolDocument::tier).orElse(Tier.B);
        String pool = document.find("pool")
                .map(field -> field.text(POOL, "must be the name of an executor pool"))
                .orElse("default");
        return new ToolMetadata.Placement(RuntimeKind.PROCESS, tier, pool, limits());
    }

    private static Tier tier(DocumentField field) {
        return switch (field.text(1)) {
            case "B" -> Tier.B;
            case "C" -> Tier.C;
            default -> throw field.refused("must be B or C");
        };
    }

    private Limits limits() {
        return document.find("limits")
                .map(field -> {
                    field.object(Set.of(
                            "wall_ms",
                            "cpu_ms",
                            "memory_bytes",
                            "output_bytes",
                            "processes",
                            "open_files",
                            "file_bytes",
                            "workspace_bytes"));
                    return new Limits(
                            limit(field, "wall_ms", 100, MOST.wallMs()),
                            limit(field, "cpu_ms", 100, MOST.cpuMs()),
                            limit(field, "memory_bytes", 16L << 20, MOST.memoryBytes()),
                            limit(field, "output_bytes", 1, MOST.outputBytes()),
                            (int) limit(field, "processes", 1, MOST.processes()),
                            (int) limit(field, "open_files", LEAST_OPEN_FILES, MOST.openFiles()),
                            limit(field, "file_bytes", 1, MOST.fileBytes()),
                            limit(field, "workspace_bytes", 1, MOST.workspaceBytes()));
                })
                .orElse(MOST);
    }

    private static long limit(DocumentField limits, String name, long least, long most) {
        return limits.find(name).map(limit -> limit.number(least, most)).orElse(most);
    }
}
