package dev.sallyport.skillrunner.host;

import dev.sallyport.skills.module.HostAnswer;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a module asked of its host and was answered, in order. With it the call can be repeated where the files and values
 * are not: it gets the same answers, as long as it asks the same.
 */
public final class HostTranscript {
    /** It travels beside the statement, together with what the call gives. */
    private static final int MOST_BYTES = 96 << 10;

    /** What an entry has besides its name and its bytes, as JSON. */
    private static final int ENTRY = 160;

    private static final JsonRules RULES = new JsonRules(1 << 20, 4, 1 << 20, 1 << 20, true, false);

    private final Predicate<byte[]> secret;
    private final List<ObjectNode> entries = new ArrayList<>();
    private int bytes;
    private boolean whole = true;

    /** One of a call without secrets. */
    public HostTranscript() {
        this(_ -> false);
    }

    /**
     * One that is kept where nobody may read the call's secrets.
     *
     * @param secret whether these bytes hold one in any form; an entry with it ends the transcript, which is not whole then
     */
    public HostTranscript(Predicate<byte[]> secret) {
        this.secret = secret;
    }

    /** A host that answers like that one, and is written down. */
    public SkillHost recording(SkillHost host) {
        return new Recording(host);
    }

    /** Whether nothing was asked. */
    public synchronized boolean isEmpty() {
        return entries.isEmpty() && whole;
    }

    /** As canonical JSON. What is longer than 96 KiB is left out from its first entry on that does not fit. */
    public synchronized byte[] toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("v", 1).put("whole", whole);
        ArrayNode calls = json.putArray("calls");
        entries.forEach(calls::add);
        return CanonicalJson.write(json);
    }

    /**
     * A host that answers what was written down, as long as it is asked the same in the same order; else the call fails.
     *
     * @throws IllegalArgumentException if it is no transcript, or not a whole one
     */
    public static SkillHost repeating(byte[] json) {
        try {
            ObjectNode transcript = CanonicalJson.readObject(json, RULES);
            if (transcript.path("v").asInt() != 1 || !(transcript.path("calls") instanceof ArrayNode calls)) {
                throw new IllegalArgumentException(
                        "the transcript of the host has another form than this version reads");
            }
            if (!transcript.path("whole").asBoolean(false)) {
                throw new IllegalArgumentException(
                        "the call read more than its evidence keeps, so it cannot be repeated");
            }
            return new Repeating(calls);
        } catch (JsonRefusedException e) {
            throw new IllegalArgumentException("the transcript of the host cannot be read", e);
        }
    }

    private static ObjectNode entry(String call, String name) {
        return JsonNodeFactory.instance.objectNode().put("call", call).put("name", name);
    }

    /** By its first line and the digest of all of it; a place for a secret is as the module wrote it. */
    private static ObjectNode asked(HostRequest request) {
        return entry("http_request", request.toString())
                .put("sha256", Digest.of(request.bytes()).hex());
    }

    /** Whoever is stopped may still be answered meanwhile, by another thread. */
    private synchronized void write(ObjectNode entry, int length) {
        bytes += ENTRY + 6 * entry.path("name").asString().length() + length;
        whole &= bytes <= MOST_BYTES
                && !secret.test(entry.path("name").asString().getBytes(StandardCharsets.UTF_8));
        if (whole) {
            entries.add(entry);
        }
    }

    private synchronized void forget() {
        whole = false;
    }

    private interface Write {
        void run() throws HostRefusedException;
    }

    private final class Recording implements SkillHost {
        private final SkillHost host;

        Recording(SkillHost host) {
            this.host = host;
        }

        private byte[] answered(ObjectNode entry, byte[] found) {
            int length = (found.length + 2) / 3 * 4;
            if (secret.test(found)) {
                forget();
                return found;
            }
            write(
                    length > MOST_BYTES
                            ? entry
                            : entry.put("bytes", Base64.getEncoder().encodeToString(found)),
                    length);
            return found;
        }

        private HostRefusedException refused(ObjectNode entry, HostRefusedException e) {
            write(entry.put("answer", e.answer().name()), 0);
            return e;
        }

        private void written(ObjectNode entry, byte[] content, Write write) throws HostRefusedException {
            entry.put("sha256", Digest.of(content).hex());
            try {
                write.run();
                write(entry, 0);
            } catch (HostRefusedException e) {
                throw refused(entry, e);
            }
        }

        @Override
        public HostFile readFile(String path, int most) throws HostRefusedException {
            ObjectNode entry = entry("fs_read", path).put("most", most);
            try {
                HostFile found = host.readFile(path, most);
                answered(entry.put("length", found.length()), found.bytes());
                return found;
            } catch (HostRefusedException e) {
                throw refused(entry, e);
            }
        }

        @Override
        public void writeFile(String path, byte[] content) throws HostRefusedException {
            written(entry("fs_write", path), content, () -> host.writeFile(path, content));
        }

        @Override
        public byte[] value(String key) throws HostRefusedException {
            ObjectNode entry = entry("kv_get", key);
            try {
                return answered(entry, host.value(key));
            } catch (HostRefusedException e) {
                throw refused(entry, e);
            }
        }

        @Override
        public void keep(String key, byte[] value, long most) throws HostRefusedException {
            written(entry("kv_set", key), value, () -> host.keep(key, value, most));
        }

        @Override
        public byte[] request(HostRequest request, int most) throws HostRefusedException {
            ObjectNode entry = asked(request);
            try {
                return answered(entry, host.request(request, most));
            } catch (HostRefusedException e) {
                throw refused(entry, e);
            }
        }
    }

    private static final class Repeating implements SkillHost {
        private final Deque<JsonNode> left = new ArrayDeque<>();

        Repeating(ArrayNode calls) {
            calls.forEach(left::add);
        }

        /** What was answered to the call; the module asking for anything else is not that call. */
        private JsonNode next(ObjectNode asked) throws HostRefusedException {
            JsonNode next = left.pollFirst();
            for (String member : List.of("call", "name", "most", "sha256")) {
                if (next == null
                        || !next.path(member)
                                .asString("")
                                .equals(asked.path(member).asString(""))) {
                    throw new NotRepeatedException("The module asked its host for something else than it did then: "
                            + asked.path("call").asString() + ".");
                }
            }
            if (next.has("answer")) {
                String answer = next.path("answer").asString();
                throw new HostRefusedException(Arrays.stream(HostAnswer.values())
                        .filter(each -> each.name().equals(answer))
                        .findFirst()
                        .orElseThrow(() ->
                                new NotRepeatedException("The host gave an answer that this version does not know.")));
            }
            return next;
        }

        private byte[] read(ObjectNode asked) throws HostRefusedException {
            return bytes(next(asked));
        }

        private static byte[] bytes(JsonNode answered) {
            try {
                return Base64.getDecoder().decode(answered.path("bytes").asString(""));
            } catch (IllegalArgumentException _) {
                throw new NotRepeatedException("What the module read then cannot be read.");
            }
        }

        @Override
        public HostFile readFile(String path, int most) throws HostRefusedException {
            JsonNode read = next(entry("fs_read", path).put("most", most));
            return new HostFile(bytes(read), read.path("length").asLong(0));
        }

        @Override
        public byte[] request(HostRequest request, int most) throws HostRefusedException {
            return read(HostTranscript.asked(request));
        }

        @Override
        public void writeFile(String path, byte[] content) throws HostRefusedException {
            next(entry("fs_write", path).put("sha256", Digest.of(content).hex()));
        }

        @Override
        public byte[] value(String key) throws HostRefusedException {
            return read(entry("kv_get", key));
        }

        @Override
        public void keep(String key, byte[] value, long most) throws HostRefusedException {
            next(entry("kv_set", key).put("sha256", Digest.of(value).hex()));
        }
    }
}
