package dev.sallyport.skilltest;

import dev.sallyport.skillrunner.host.HostField;
import dev.sallyport.skillrunner.host.HostResponse;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of a skill and what is expected of it, as a line of {@code cases.jsonl}.
 *
 * @param line where it is, from 1
 * @param tool the tool's name within the skill
 * @param input its arguments
 * @param output what must come out, canonical JSON; null where nothing is said of it
 * @param fails how it must fail; null where it must not, or nothing is said
 * @param mostFuel the most fuel that it may use
 * @param mostPages the most pages of memory that it may use
 * @param without what is not granted, of what the manifest asks for
 * @param files files of the workspace
 * @param values what the skill has kept
 * @param web recorded responses by their requests' first lines
 * @param sends the first lines of the requests that it must send, in order; null where nothing is said of them
 */
public record SkillCase(
        int line,
        String tool,
        ObjectNode input,
        @Nullable String output,
        @Nullable String fails,
        long mostFuel,
        long mostPages,
        Set<CapabilityKind> without,
        Map<String, byte[]> files,
        Map<String, byte[]> values,
        Map<String, HostResponse> web,
        @Nullable List<String> sends) {
    private static final Set<String> MEMBERS = Set.of(
            "tool",
            "input",
            "output",
            "fails",
            "most_fuel",
            "most_memory_pages",
            "without",
            "files",
            "values",
            "web",
            "sends");

    private static final Set<String> RESPONSE = Set.of("status", "headers", "body");

    /** Copies what is given. */
    public SkillCase {
        without = Set.copyOf(without);
        files = Map.copyOf(files);
        values = Map.copyOf(values);
        web = Map.copyOf(web);
        sends = sends == null ? null : List.copyOf(sends);
    }

    /**
     * Reads cases, one a line; empty lines are none.
     *
     * @throws IllegalArgumentException naming the line that is none
     */
    public static List<SkillCase> all(String text) {
        List<SkillCase> found = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank()) {
                found.add(new Reader(number).read(line));
            }
        }
        return List.copyOf(found);
    }

    @Override
    public String toString() {
        return "line " + line + ": " + tool + " " + new String(CanonicalJson.write(input), StandardCharsets.UTF_8);
    }

    private record Reader(int line) {
        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("line " + line + ": " + what);
        }

        SkillCase read(String text) {
            ObjectNode json;
            try {
                json = CanonicalJson.readObject(text.getBytes(StandardCharsets.UTF_8), JsonRules.RECORD);
            } catch (JsonRefusedException e) {
                throw new IllegalArgumentException("line " + line + " is no case: " + e.getMessage(), e);
            }
            known(json, MEMBERS, "case");
            if (!(json.path("input") instanceof ObjectNode input)
                    || !json.path("tool").isString()) {
                throw wrong("a case has a `tool` and an `input` that is an object");
            }
            if (json.has("output") && json.has("fails")) {
                throw wrong("a case expects either an `output` or that it `fails`");
            }
            JsonNode output = json.get("output");
            return new SkillCase(
                    line,
                    json.path("tool").asString(),
                    input,
                    output == null ? null : new String(CanonicalJson.write(output), StandardCharsets.UTF_8),
                    json.has("fails") ? json.path("fails").asString("") : null,
                    json.path("most_fuel").asLong(Long.MAX_VALUE),
                    json.path("most_memory_pages").asLong(Long.MAX_VALUE),
                    kinds(json.path("without")),
                    texts(json.path("files")),
                    texts(json.path("values")),
                    web(json.path("web")),
                    json.has("sends") ? strings("sends", json.path("sends")) : null);
        }

        private void known(JsonNode json, Set<String> members, String what) {
            for (String member : json.propertyNames()) {
                if (!members.contains(member)) {
                    throw wrong("`" + member + "` is no member of a " + what + "; those are "
                            + members.stream().sorted().collect(Collectors.joining(", ")));
                }
            }
        }

        private Map<String, byte[]> texts(JsonNode given) {
            Map<String, byte[]> texts = new HashMap<>();
            for (String name : given.propertyNames()) {
                if (!given.path(name).isString()) {
                    throw wrong("what is there of `" + name + "` must be a text");
                }
                texts.put(name, given.path(name).asString().getBytes(StandardCharsets.UTF_8));
            }
            return texts;
        }

        private List<String> strings(String what, JsonNode given) {
            List<String> strings = new ArrayList<>();
            for (JsonNode each : given) {
                if (!each.isString()) {
                    throw wrong("`" + what + "` must be a list of texts");
                }
                strings.add(each.asString());
            }
            return strings;
        }

        private Set<CapabilityKind> kinds(JsonNode given) {
            Set<CapabilityKind> kinds = EnumSet.noneOf(CapabilityKind.class);
            for (String name : strings("without", given)) {
                kinds.add(WireName.find(CapabilityKind.class, name)
                        .orElseThrow(() -> wrong("no capability is called `" + name + "`")));
            }
            return kinds;
        }

        private Map<String, HostResponse> web(JsonNode given) {
            Map<String, HostResponse> web = new HashMap<>();
            for (String request : given.propertyNames()) {
                JsonNode response = given.path(request);
                known(response, RESPONSE, "response");
                List<HostField> fields = new ArrayList<>();
                JsonNode headers = response.path("headers");
                for (String name : headers.propertyNames()) {
                    fields.add(HostField.received(name, headers.path(name).asString("")));
                }
                if (!response.path("status").isIntegralNumber()) {
                    throw wrong("the response to `" + request + "` needs a `status` that is a number");
                }
                web.put(
                        request,
                        new HostResponse(
                                response.path("status").asInt(),
                                fields,
                                response.path("body").asString("").getBytes(StandardCharsets.UTF_8)));
            }
            return web;
        }
    }
}
