package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.LedgerInclusion;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Proves to the services that the log has a statement: what a revoked key said before its revocation stays good. */
@RestController
@FleetOnly
class ProofController {
    private final LedgerInclusion inclusion;

    ProofController(LedgerInclusion inclusion) {
        this.inclusion = inclusion;
    }

    /**
     * Proves that the latest checkpoint covers a statement (c2sp.org/tlog-proof).
     *
     * @param digest SHA-256 of the statement, 64 lower-case hexadecimal digits
     */
    @GetMapping(path = "/internal/v1/proofs/{digest}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] proof(@PathVariable String digest) {
        return inclusion
                .proof(InclusionController.digest("digest", digest))
                .orElseThrow(() -> ProblemException.notFound("No published checkpoint covers this statement."));
    }
}
