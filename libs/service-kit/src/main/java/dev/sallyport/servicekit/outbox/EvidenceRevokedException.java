package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * A statement cannot be made, since it would rest on one of a revoked key that the ledger did not have in time. The call is
 * given up by a statement that says so; nothing else can be stated about it.
 */
final class EvidenceRevokedException extends ProblemException {
    private static final long serialVersionUID = 1L;

    EvidenceRevokedException(Digest statement, StatementRefusedException cause) {
        super(
                HttpStatus.CONFLICT,
                "EVIDENCE_REVOKED",
                "What this call rests on, one of its statements or an earlier approval, was signed with a key that has been"
                        + " revoked since. Nothing changed. Deny it if it still waits, and propose the call again.",
                List.of(),
                new IllegalArgumentException("every consumer would refuse statement " + statement, cause));
    }
}
