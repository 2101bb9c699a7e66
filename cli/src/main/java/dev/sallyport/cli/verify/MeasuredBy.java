package dev.sallyport.cli.verify;

import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.VerifierKey;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle was measured by, for the report: whoever reads the verdict must know whose word it rests on.
 *
 * @param trustFile the trust.json; null where only log keys were given
 * @param fleetId the fleet of the trust.json; null without one
 * @param logKeys names of the log keys that were given beside it or in place of it
 */
record MeasuredBy(@Nullable Path trustFile, @Nullable String fleetId, List<String> logKeys) {
    static MeasuredBy of(@Nullable Path trustFile, @Nullable TrustRoots pinned, List<VerifierKey> keys) {
        return new MeasuredBy(
                trustFile,
                pinned == null ? null : pinned.fleetId(),
                keys.stream().map(VerifierKey::name).toList());
    }

    /** In words. */
    @Override
    public String toString() {
        String file = trustFile == null ? "" : trustFile + " of fleet " + fleetId;
        String keys = logKeys.isEmpty() ? "" : "the log's key " + String.join(", ", logKeys);
        return file.isEmpty() || keys.isEmpty() ? file + keys : file + " with " + keys;
    }
}
