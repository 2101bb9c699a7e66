package dev.sallyport.executor.control.web;

import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.denylist.LedgerProofs;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import jakarta.validation.constraints.Pattern;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Hands the ledger's proofs on to nodes, which reach nobody but control. A node verifies them with the pinned keys of the
 * log and believes control nothing.
 */
@RestController
@NodeOnly
class ProofController {
    private final LedgerProofs proofs;

    ProofController(LedgerProofs proofs) {
        this.proofs = proofs;
    }

    /**
     * Hands on the proof that the ledger has a statement.
     *
     * <p>A node verifies it with the pinned keys of the log.
     *
     * @param digest SHA-256 of the statement, 64 lower-case hexadecimal digits
     */
    @GetMapping(path = "/internal/v1/proofs/{digest}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] proof(@PathVariable @Pattern(regexp = "[0-9a-f]{64}") String digest) {
        return proofs.proof(new Digest(digest))
                .orElseThrow(() -> ProblemException.notFound("No published checkpoint covers this statement."));
    }
}
