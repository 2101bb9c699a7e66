package dev.sallyport.attestation.log;

import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.NoteSigner;
import dev.sallyport.tlog.TreeHash;
import dev.sallyport.tlog.VerifierKey;
import java.util.Arrays;
import java.util.List;

/** The log's name and key. The name is the origin of its checkpoints, as {@code trust.json} pins it. */
final class LogIdentity {
    private final NoteSigner signer;

    private LogIdentity(NoteSigner signer) {
        this.signer = signer;
    }

    /** The identity with that PKCS#8 key in PEM; {@link LedgerException.ForeignLogKey} when the fleet pins another. */
    static LogIdentity of(String pem, TrustRoots trust) {
        byte[] publicKey = NoteSigner.publicKeyOfPem(pem);
        for (String vkey : trust.logKeys()) {
            VerifierKey pinned = VerifierKey.parse(vkey);
            if (Arrays.equals(pinned.publicKey(), publicKey)) {
                return new LogIdentity(NoteSigner.ofPem(pinned.name(), pem));
            }
        }
        throw new LedgerException.ForeignLogKey();
    }

    /** The origin of the checkpoints. */
    String origin() {
        return signer.verifier().name();
    }

    /** What checkpoints are verified with. */
    VerifierKey verifier() {
        return signer.verifier();
    }

    byte[] sign(long size, TreeHash root) {
        return new Checkpoint(origin(), size, root).sign(signer);
    }

    /** The checkpoint in a note of this log. */
    Checkpoint open(byte[] note) {
        return Checkpoint.open(note, List.of(signer.verifier()));
    }
}
