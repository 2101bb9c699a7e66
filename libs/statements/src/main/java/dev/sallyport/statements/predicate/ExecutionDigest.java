package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code execution_sha256}: one digest over what a call was and what came out of it.
 *
 * <p>SHA-256 over the domain tag {@code sallyport/execution/v1} and then the fields, each as a 4-byte big-endian length
 * and its UTF-8 bytes: proposal digest, permit digest, digest of what ran, arguments digest, outcome's wire name, exit
 * code in decimal (empty where there is none), number of outputs in decimal, then for each output its name and detail
 * digest. Digests enter as 64 hexadecimal digits. Test vectors stand in docs/statements.md.
 */
public final class ExecutionDigest {
    private static final String DOMAIN = "sallyport/execution/v1";

    private ExecutionDigest() {}

    /** Computes the digest. */
    public static Digest of(
            Digest proposal,
            Digest permit,
            Digest ran,
            Digest args,
            CallOutcome outcome,
            @Nullable Integer exitCode,
            List<ToolExecuted.Output> outputs) {
        MessageDigest sha = Digest.sha256();
        add(sha, DOMAIN);
        add(sha, proposal.hex());
        add(sha, permit.hex());
        add(sha, ran.hex());
        add(sha, args.hex());
        add(sha, outcome.name().toLowerCase(java.util.Locale.ROOT));
        add(sha, exitCode == null ? "" : Integer.toString(exitCode));
        add(sha, Integer.toString(outputs.size()));
        for (ToolExecuted.Output output : outputs) {
            add(sha, output.name());
            add(sha, output.detail().digest().hex());
        }
        return new Digest(java.util.HexFormat.of().formatHex(sha.digest()));
    }

    private static void add(MessageDigest sha, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        sha.update(bytes);
    }
}
