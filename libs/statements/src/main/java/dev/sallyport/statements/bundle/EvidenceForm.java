package dev.sallyport.statements.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Objects;

/**
 * The parts of an evidence bundle that are the same in every bundle. A verifier knows a bundle wholly: what somebody else
 * put into it is no part of the evidence. See docs/contracts.md, section "Evidence bundle".
 */
public final class EvidenceForm {
    /** The most bytes of an archive, and of all its files together. */
    public static final int MOST_BYTES = 64 << 20;

    private static final String README = "readme.md";

    /** Zip's times have steps of two seconds. */
    private static final int TIME_STEP_S = 2;

    private EvidenceForm() {}

    /** The text of {@code README.md}. */
    public static byte[] readme() {
        try (InputStream in = Objects.requireNonNull(EvidenceForm.class.getResourceAsStream(README))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time of an export as {@code bundle.json} and every entry of the archive give it: in whole steps of zip's. */
    public static Instant exportTime(Instant now) {
        return Instant.ofEpochSecond(now.getEpochSecond() / TIME_STEP_S * TIME_STEP_S);
    }
}
