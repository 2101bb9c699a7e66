package dev.sallyport.policy.proposal.flow;

import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answer's {@code result}: what a node said came out, for the agent. */
final class CallResult {
    /** Bytes of the longest character in UTF-8. */
    private static final int LONGEST_CHARACTER = 4;

    private CallResult() {}

    static ObjectNode of(ToolExecuted executed, VerifiedRecord record) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (executed.exitCode() != null) {
            result.put("exit_code", executed.exitCode().intValue());
        }
        if (executed.signal() != null) {
            result.put("signal", executed.signal().intValue());
        }
        ToolExecuted.SandboxEnforcement sandbox = executed.sandbox();
        if (sandbox != null && sandbox.tier() != null) {
            result.put("tier", sandbox.tier().name());
        }
        for (ToolExecuted.Output output : executed.outputs()) {
            Optional<byte[]> content = record.detail(output.detail());
            if (output.name().equals("value")) {
                content.ifPresent(bytes -> value(result, bytes));
            } else if (output.name().equals("stdout") || output.name().equals("stderr")) {
                text(result, output, content.orElse(null));
            }
        }
        return result;
    }

    /** Longer than the line that says what is missing. */
    private static final int LONGEST_NOTE = 64;

    private static void text(ObjectNode result, ToolExecuted.Output output, byte @Nullable [] content) {
        String name = output.name();
        byte[] bytes = content == null ? new byte[0] : content;
        ToolExecuted.Gap gap = content == null ? null : output.gap();
        Optional<String> utf8 = (gap == null ? utf8(bytes) : utf8(bytes, gap))
                .filter(text -> escapedLength(text) <= 2L * bytes.length + LONGEST_NOTE);
        result.put(name, utf8.orElseGet(() -> Base64.getEncoder().encodeToString(bytes)));
        // Only what is unusual is said.
        if (utf8.isEmpty()) {
            result.put(name + "_encoding", "base64");
        }
        // An output too large to travel along stays in the ledger's detail store.
        if (output.truncated() || content == null) {
            result.put(name + "_truncated", true);
            result.put(name + "_bytes", output.totalBytes());
        }
        if (gap != null) {
            result.putObject(name + "_gap").put("at", gap.at()).put("bytes", gap.bytes());
        }
    }

    /** The text before and after what is missing, with a line between them that says so. */
    static Optional<String> utf8(byte[] bytes, ToolExecuted.Gap gap) {
        int at = (int) Math.min(gap.at(), bytes.length);
        Optional<String> head = utf8(Arrays.copyOf(bytes, wholeCharacters(bytes, at)));
        int next = at;
        while (next < bytes.length && isContinuation(bytes[next])) {
            next++;
        }
        Optional<String> tail = utf8(Arrays.copyOfRange(bytes, next, bytes.length));
        return head.isPresent() && tail.isPresent()
                ? Optional.of(head.get() + "\n[" + gap.bytes() + " bytes are missing here]\n" + tail.get())
                : Optional.empty();
    }

    /** How many of the first bytes are left without a character that is cut in two. */
    private static int wholeCharacters(byte[] bytes, int end) {
        int start = end;
        while (start > 0 && end - start < LONGEST_CHARACTER && isContinuation(bytes[start - 1])) {
            start--;
        }
        if (start == 0) {
            return end;
        }
        int lead = bytes[start - 1] & 0xff;
        int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
        return end - (start - 1) < length ? start - 1 : end;
    }

    private static boolean isContinuation(byte each) {
        return (each & 0xc0) == 0x80;
    }

    private static void value(ObjectNode result, byte[] bytes) {
        try {
            result.set("value", CanonicalJson.read(bytes, JsonRules.ARGUMENTS));
        } catch (JsonRefusedException e) {
            result.put("value", Base64.getEncoder().encodeToString(bytes));
        }
    }

    /**
     * About the bytes of this text in JSON. A control character becomes six of them: text made of such would be kept and
     * answered at six times its size, base64 at four thirds.
     */
    private static long escapedLength(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\t' || c == '\r' || c == '\b' || c == '\f' || c == '"' || c == '\\') {
                length += 2;
            } else {
                length += c < ' ' ? 6 : 1;
            }
        }
        return length;
    }

    /** Text that JSON can carry unchanged. */
    private static Optional<String> utf8(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf(0) >= 0 ? Optional.empty() : Optional.of(text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
