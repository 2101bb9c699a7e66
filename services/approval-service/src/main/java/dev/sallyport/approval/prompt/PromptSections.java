package dev.sallyport.approval.prompt;

import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A prompt in the order in which a human reads it, every text from outside made visible. The agent's own words come
 * last.
 *
 * @param headline what will happen, in plain words
 * @param effects what it touches: a word and its objects
 * @param exact what runs, to the character, argument by argument
 * @param enforced what the sandbox will hold it to
 * @param reasons the rules that ask, and why
 * @param unlisted how many of the arguments are left out of {@code exact}
 * @param requester who asks and in which context
 * @param rationale the agent's own words, untrusted; without pieces if it gave none
 */
public record PromptSections(
        VisibleText headline,
        List<Line> effects,
        List<Line> exact,
        int unlisted,
        List<String> enforced,
        List<Line> reasons,
        List<Line> requester,
        VisibleText rationale) {
    /**
     * A labelled text.
     *
     * @param label what it is; ours when the section is ours, a name from outside in {@code exact}
     * @param text the text
     */
    public record Line(VisibleText label, VisibleText text) {
        static Line of(String label, String text) {
            return new Line(VisibleText.of(label), VisibleText.of(text));
        }

        static Line whole(String label, String text) {
            return new Line(VisibleText.whole(label), VisibleText.whole(text));
        }

        /** Whether a part of it was left out. */
        public boolean cut() {
            return label.cut() || text.cut();
        }
    }

    /** More arguments than this are counted, and not listed until somebody asks for all. */
    private static final int LISTED = 200;

    /** What the names of the node's own tools begin with, but for {@code process.run}, which starts a program. */
    private static final Set<String> NODES_OWN = Set.of("echo", "sleep", "fs", "http");

    /** The limits in the order in which they are told. */
    private static final Map<String, String> LIMITS = limits();

    /** The sections of this prompt, long arguments cut so that the page can be taken in at a glance. */
    public static PromptSections of(Prompt prompt) {
        List<Line> exact = exact(prompt, Line::of);
        int unlisted = Math.max(0, exact.size() - LISTED);
        return sections(prompt, exact.subList(0, exact.size() - unlisted), unlisted, VisibleText::of);
    }

    /** The sections of this prompt with every argument to its last character. */
    public static PromptSections whole(Prompt prompt) {
        return sections(prompt, exact(prompt, Line::whole), 0, VisibleText::whole);
    }

    private static PromptSections sections(
            Prompt prompt, List<Line> exact, int unlisted, Function<String, VisibleText> visible) {
        return new PromptSections(
                visible.apply(
                        prompt.summary().isEmpty()
                                ? "Run the tool " + prompt.tool().name()
                                : prompt.summary()),
                effects(prompt, visible),
                List.copyOf(exact),
                unlisted,
                enforced(prompt),
                prompt.rules().stream()
                        .map(rule -> Line.of(rule.id(), rule.reason()))
                        .toList(),
                requester(prompt),
                VisibleText.of(prompt.rationale()));
    }

    /** Whether the agent said why it wants this. */
    public boolean hasRationale() {
        return !rationale.pieces().isEmpty();
    }

    /** Whether anything of the call itself is left out: then an approval is one of what was partly seen. */
    public boolean partial() {
        return unlisted > 0
                || headline.cut()
                || exact.stream().anyMatch(Line::cut)
                || effects.stream().anyMatch(Line::cut);
    }

    /** What of the call is not shown whole, by its label. */
    public List<Line> leftOut() {
        return Stream.concat(exact.stream(), effects.stream()).filter(Line::cut).toList();
    }

    /** What the marks of this page stand for: the characters' names by their marks. */
    public Map<String, String> marks() {
        return VisibleText.marks(texts());
    }

    private Stream<VisibleText> texts() {
        return Stream.concat(
                Stream.of(headline, rationale),
                Stream.of(effects, exact, reasons, requester)
                        .flatMap(List::stream)
                        .flatMap(line -> Stream.of(line.label(), line.text())));
    }

    /** Whether any exact text holds characters that are marked. */
    public boolean suspicious() {
        return exact.stream()
                        .anyMatch(
                                line -> line.label().suspicious() || line.text().suspicious())
                || headline.suspicious();
    }

    private static List<Line> effects(Prompt prompt, Function<String, VisibleText> visible) {
        List<Line> effects = new ArrayList<>();
        effects.add(Line.of("Tool", prompt.tool().name() + versionOf(prompt)));
        Prompt.Skill skill = prompt.skill();
        if (skill != null) {
            effects.addAll(skill(skill, visible));
        }
        for (String capability : prompt.tool().capabilities()) {
            effects.add(Line.of("Can", capabilityInWords(capability)));
        }
        JsonNode path = prompt.tool().arguments().path("path");
        if (path.isString()) {
            effects.add(new Line(VisibleText.of("File"), visible.apply(path.stringValue())));
        }
        JsonNode url = prompt.tool().arguments().path("url");
        if (url.isString()) {
            effects.add(new Line(VisibleText.of("Address"), visible.apply(url.stringValue())));
        }
        prompt.sandbox().hosts().forEach(host -> effects.add(Line.of("Host", host)));
        prompt.secrets().forEach(secret -> effects.add(Line.of("Secret", secret)));
        return List.copyOf(effects);
    }

    private static List<Line> skill(Prompt.Skill skill, Function<String, VisibleText> visible) {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("Skill", skill.id() + " " + skill.version() + ", published by " + skill.publisher()));
        lines.add(Line.of("Signed by", skill.signedBy().isEmpty() ? "not told" : "key " + skill.signedBy()));
        lines.add(Line.of("Package", skill.packageDigest()));
        lines.add(Line.of("Module", skill.moduleDigest()));
        skill.asksFor().forEach(asked -> lines.add(new Line(VisibleText.of("Asks for"), visible.apply(asked))));
        lines.add(Line.of("Granted", skill.granted().isEmpty() ? "nothing" : String.join(", ", skill.granted())));
        return lines;
    }

    private static String versionOf(Prompt prompt) {
        return prompt.tool().version().isEmpty()
                ? ""
                : ", version " + prompt.tool().version();
    }

    private static String capabilityInWords(String capability) {
        return switch (capability) {
            case "process_exec" -> "start a program";
            case "network" -> "use the network";
            case "secrets_read" -> "receive secrets";
            case "filesystem_write" -> "write files";
            default -> capability;
        };
    }

    private static List<Line> exact(Prompt prompt, BiFunction<String, String, Line> line) {
        List<Line> exact = new ArrayList<>();
        JsonNode arguments = prompt.tool().arguments();
        JsonNode executable = arguments.path("executable");
        if (executable.isString()) {
            exact.add(line.apply("program", executable.stringValue()));
        }
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            if (!(executable.isString() && argument.getKey().equals("executable"))) {
                add(
                        exact,
                        line,
                        argument.getKey().equals("args") ? "argument" : argument.getKey(),
                        argument.getValue());
            }
        }
        return exact;
    }

    private static void add(List<Line> exact, BiFunction<String, String, Line> line, String name, JsonNode value) {
        if (value.isArray()) {
            if (value.isEmpty()) {
                exact.add(line.apply(name, "(empty list)"));
            }
            int index = 1;
            for (JsonNode element : value) {
                add(exact, line, name + " " + index++, element);
            }
        } else if (value.isObject()) {
            if (value.isEmpty()) {
                exact.add(line.apply(name, "(nothing in it)"));
            }
            value.properties().forEach(member -> add(exact, line, name + "." + member.getKey(), member.getValue()));
        } else {
            exact.add(line.apply(name, value.isString() ? value.stringValue() : value.toString()));
        }
    }

    private static List<String> enforced(Prompt prompt) {
        return isTheNodesOwn(prompt.tool().name()) ? ofTheNodesOwn(prompt) : ofASandbox(prompt);
    }

    /** No tool of a workspace's own has a name that begins so. */
    private static boolean isTheNodesOwn(String tool) {
        int dot = tool.indexOf('.');
        return NODES_OWN.contains(dot < 0 ? tool : tool.substring(0, dot));
    }

    private static List<String> ofTheNodesOwn(Prompt prompt) {
        List<String> enforced =
                new ArrayList<>(List.of("The node's own code does it, in no sandbox: it starts no program"
                        + " and touches no file but those of its workspace."));
        if (!prompt.sandbox().hosts().isEmpty()) {
            enforced.add(egressInWords(EgressEnforcementMode.STRICT, true));
        }
        addLimits(enforced, prompt, Set.of("wall_ms", "output_bytes", "file_bytes", "workspace_bytes"));
        return List.copyOf(enforced);
    }

    private static List<String> ofASandbox(Prompt prompt) {
        List<String> enforced = new ArrayList<>();
        enforced.add(Arrays.stream(Tier.values())
                .filter(tier -> tier.name().equals(prompt.sandbox().tier()))
                .findFirst()
                .map(PromptSections::tierInWords)
                .orElse("The tier is not stated. Deny unless you know why."));
        enforced.add(WireName.find(EgressEnforcementMode.class, prompt.sandbox().egress())
                .map(mode -> egressInWords(mode, !prompt.sandbox().hosts().isEmpty()))
                .orElse("The network's restriction is not stated. Deny unless you know why."));
        addLimits(enforced, prompt, LIMITS.keySet());
        return List.copyOf(enforced);
    }

    private static void addLimits(List<String> enforced, Prompt prompt, Set<String> told) {
        for (Map.Entry<String, String> limit : LIMITS.entrySet()) {
            Long amount = prompt.sandbox().limits().get(limit.getKey());
            if (amount != null && told.contains(limit.getKey())) {
                enforced.add("At most " + limit.getValue().formatted(amountInWords(limit.getKey(), amount)) + ".");
            }
        }
    }

    private static String tierInWords(Tier tier) {
        return switch (tier) {
            case A -> "Tier A: WebAssembly without any access to the host, or stronger.";
            case B -> "Tier B: no file outside its workspace, no other process (Landlock, seccomp), or stronger.";
            case C -> "Tier C: namespaces of its own; it sees its workspace and nothing else of the host.";
        };
    }

    private static String egressInWords(EgressEnforcementMode mode, boolean toHosts) {
        return switch (mode) {
            case STRICT ->
                toHosts
                        ? "Network only to the hosts named above, through the node's proxy."
                        : "No network at all; the kernel refuses it.";
            case PREFLIGHT -> "Hosts in the arguments are checked before; the network itself is not closed.";
            case NONE -> "The network is open. Nothing keeps it from sending data anywhere.";
        };
    }

    private static String amountInWords(String limit, long amount) {
        if (limit.endsWith("_ms")) {
            return seconds(amount);
        }
        return limit.endsWith("_bytes") ? bytes(amount) : String.format(Locale.ROOT, "%,d", amount);
    }

    private static Map<String, String> limits() {
        Map<String, String> limits = new LinkedHashMap<>();
        limits.put("wall_ms", "%s from start to end");
        limits.put("cpu_ms", "%s of processor time");
        limits.put("memory_bytes", "%s of memory");
        limits.put("output_bytes", "%s of output");
        limits.put("processes", "%s processes at a time");
        limits.put("open_files", "%s open files");
        limits.put("file_bytes", "%s in one file");
        limits.put("workspace_bytes", "%s in its workspace");
        return Collections.unmodifiableMap(limits);
    }

    private static String seconds(long ms) {
        return ms % 1000 == 0 ? ms / 1000 + " s" : ms + " ms";
    }

    private static String bytes(long bytes) {
        if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + " GiB";
        }
        if (bytes >= 1L << 20) {
            return (bytes >> 20) + " MiB";
        }
        return bytes >= 1024 ? (bytes >> 10) + " KiB" : bytes + " bytes";
    }

    private static List<Line> requester(Prompt prompt) {
        List<Line> requester = new ArrayList<>();
        requester.add(Line.of("Asked by", prompt.caller().principal()));
        requester.add(Line.of("Channel", prompt.caller().channel()));
        requester.add(Line.of("Session", prompt.caller().session()));
        requester.add(Line.of("Run", prompt.caller().run()));
        return List.copyOf(requester);
    }
}
