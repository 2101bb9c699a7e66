package dev.sallyport.attestation.log.web;

import dev.sallyport.attestation.log.LedgerException;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The log's refusals as problem documents. Reading, exporting and appending need a log that goes on. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public class LogProblems {
    private static final Logger LOG = LoggerFactory.getLogger(LogProblems.class);

    LogProblems() {}

    /** Nothing can be proven yet. */
    public static ProblemException unpublished() {
        return ProblemException.unavailable(
                "NO_CHECKPOINT", "the log has not published a checkpoint yet; ask again in a second", null);
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(LedgerException e) {
        LOG.error("{}", e.getMessage());
        String code = switch (e) {
            case LedgerException.LostRace race -> "LOG_BUSY";
            case LedgerException.SecondHistory history -> "SECOND_HISTORY";
            case LedgerException.ForeignLogKey key -> "FOREIGN_LOG_KEY";
        };
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(HttpStatus.SERVICE_UNAVAILABLE, code, String.valueOf(e.getMessage())));
    }
}
