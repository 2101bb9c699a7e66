package dev.sallyport.statements.approver;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person signs: this answer, to this question, about this call, as it was shown.
 *
 * <p>The bytes are the domain tag {@code sallyport/answer/v1} and then the fields, each as a 4-byte big-endian length and
 * its UTF-8 bytes: approval id, proposal digest, prompt digest, answer, scope, and about further calls the life of the
 * grant in milliseconds, the number of calls and the digest of the pattern, each empty where there is none. Digests enter as
 * 64 hexadecimal digits. Passkeys sign the SHA-256 of these bytes as their challenge.
 *
 * @param approvalId ULID of the question
 * @param proposal digest of the proposal
 * @param prompt digest of the prompt's detail
 * @param answer wire name of the answer, {@code approved} or {@code denied}
 * @param scope how far it reaches
 * @param further what it decides about further calls; null exactly where the scope is this call alone
 */
public record SignedAnswer(
        String approvalId,
        Digest proposal,
        Digest prompt,
        String answer,
        ApprovalScope scope,
        @Nullable Further further) {
    private static final String DOMAIN = "sallyport/answer/v1";

    /**
     * About further calls.
     *
     * @param lasts for how long after the answer, whole milliseconds
     * @param uses how many calls
     * @param pattern SHA-256 of the pattern as it is written down, without random bytes; null where no argument may differ
     */
    public record Further(
            Duration lasts, int uses, @Nullable Digest pattern) {}

    /** The bytes that a device signs. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        add(bytes, DOMAIN);
        add(bytes, approvalId);
        add(bytes, proposal.hex());
        add(bytes, prompt.hex());
        add(bytes, answer);
        add(bytes, scope.wire());
        add(bytes, further == null ? "" : Long.toString(further.lasts().toMillis()));
        add(bytes, further == null ? "" : Integer.toString(further.uses()));
        add(
                bytes,
                further == null || further.pattern() == null
                        ? ""
                        : further.pattern().hex());
        return bytes.toByteArray();
    }

    /** The challenge that a passkey signs. */
    public Digest challenge() {
        return Digest.of(bytes());
    }

    private static void add(ByteArrayOutputStream to, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        to.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        to.writeBytes(bytes);
    }
}
