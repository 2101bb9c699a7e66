package dev.sallyport.cli.verify;

import dev.sallyport.identity.ca.LogKey;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.VerifierKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a verification is measured by.
 *
 * @param roots the fleet's trust roots
 * @param logKeys the log keys that are believed
 * @param rootsPinned whether the roots came from the verifier, not from the bundle
 */
record Trust(TrustRoots roots, List<VerifierKey> logKeys, boolean rootsPinned) {
    Trust {
        logKeys = List.copyOf(logKeys);
    }

    /** From the verifier's own {@code trust.json}, which names the log's keys too. */
    static Trust pinned(TrustRoots roots, List<VerifierKey> logKeys) {
        return new Trust(roots, logKeys.isEmpty() ? keys(roots.logKeys()) : logKeys, true);
    }

    /**
     * From the log's key alone; the signing roots are then the bundle's. That is as good as the log's word that it let
     * in only what verified under its fleet's roots.
     */
    static Trust byLogKeyAlone(TrustRoots bundled, List<VerifierKey> logKeys) {
        return new Trust(bundled, logKeys, false);
    }

    /** Whether a bundle's {@code trust.json} is in its one form and names nothing that is not known here. */
    boolean knows(byte[] bundled) {
        try {
            TrustRoots other = TrustRoots.parse(bundled);
            return Arrays.equals(other.toJson(), bundled) && roots.knows(other);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** The origin that this fleet's log writes into its checkpoints. */
    String origin() {
        return LogKey.origin(roots.trustDomain());
    }

    /** Reads verifier keys; {@link IllegalArgumentException} if one is none. */
    static List<VerifierKey> keys(List<String> vkeys) {
        List<VerifierKey> keys = new ArrayList<>();
        for (String vkey : vkeys) {
            try {
                keys.add(VerifierKey.parse(vkey));
            } catch (TlogException e) {
                throw new IllegalArgumentException("not a log key: " + vkey, e);
            }
        }
        return keys;
    }
}
