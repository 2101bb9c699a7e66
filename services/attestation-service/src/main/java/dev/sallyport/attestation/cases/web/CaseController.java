package dev.sallyport.attestation.cases.web;

import dev.sallyport.attestation.cases.CaseFile;
import dev.sallyport.attestation.cases.Cases;
import dev.sallyport.attestation.cases.EvidenceBundle;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.ProposalId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Cases and their bundles. The reader is noted before the answer leaves. */
@RestController
class CaseController {
    private static final Pattern ULID = Pattern.compile("[0-9A-HJKMNP-TV-Z]{26}");
    private static final int MAX_WAIT_S = 30;

    private final Cases cases;
    private final LogReader log;
    private final IdentityInForce identity;
    private final Clock clock;

    CaseController(Cases cases, LogReader log, IdentityInForce identity, Clock clock) {
        this.cases = cases;
        this.log = log;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Shows the life of one call, as the ledger has it.
     *
     * <p>That the caller has read it is noted in the ledger.
     *
     * @param proposalId the call's id
     * @param wait how many seconds to wait until the case is complete, 0 to 30
     */
    @GetMapping("/v1/cases/{proposal_id}")
    @Requires(Permission.LEDGER_READ)
    ResponseEntity<CaseView> read(
            Principal caller,
            @PathVariable("proposal_id") String proposalId,
            @RequestParam(defaultValue = "0") int wait)
            throws InterruptedException {
        boolean discloses = caller.may(Permission.LEDGER_EXPORT);
        CaseFile file = file(proposalId, new Cases.Reading(Reader.of(caller), false, discloses, patience(wait)));
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(CaseView.of(file, discloses));
    }

    /**
     * Exports the evidence of one call as a ZIP file that is verified without the fleet.
     *
     * <p>That the caller has exported it is noted in the ledger.
     *
     * @param proposalId the call's id
     * @param wait how many seconds to wait until the case is complete, 0 to 30
     */
    @GetMapping("/v1/cases/{proposal_id}/bundle")
    @Requires(Permission.LEDGER_EXPORT)
    ResponseEntity<byte[]> bundle(
            Principal caller,
            @PathVariable("proposal_id") String proposalId,
            @RequestParam(defaultValue = "5") int wait)
            throws IOException, InterruptedException {
        CaseFile file = file(proposalId, new Cases.Reading(Reader.of(caller), true, true, patience(wait)));
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        new EvidenceBundle(file, log, identity.trust(), clock.instant()).write(zip);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(new MediaType("application", "zip"))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(proposalId + ".sallyport.zip")
                                .build()
                                .toString())
                .body(zip.toByteArray());
    }

    static boolean isId(String text) {
        return ULID.matcher(text).matches();
    }

    /** The case; 404 where the workspace has none of this id. */
    CaseFile file(String proposalId, Cases.Reading reading) throws InterruptedException {
        if (!isId(proposalId)) {
            throw unknown();
        }
        return cases.read(new ProposalId(proposalId), reading).orElseThrow(CaseController::unknown);
    }

    private static Duration patience(int seconds) {
        if (seconds < 0 || seconds > MAX_WAIT_S) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "`wait` must be between 0 and " + MAX_WAIT_S + " seconds.",
                    "wait",
                    "`wait` must be between 0 and " + MAX_WAIT_S + ".");
        }
        return Duration.ofSeconds(seconds);
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("The published log has no such call for this workspace.");
    }
}
