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

/** Answers the log's refusals as problem documents. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public class LogProblems {
    private static final Logger log = LoggerFactory.getLogger(LogProblems.class);

    LogProblems() {}

    /** 503: no checkpoint exists yet, so nothing can be proven. */
    public static ProblemException unpublished() {
        return ProblemException.unavailable(
                "NO_CHECKPOINT", "The log has not published a checkpoint yet. Ask again in a second.", null);
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(LedgerException e) {
        log.error("{}", e.getMessage());
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(HttpStatus.SERVICE_UNAVAILABLE, e.code().name(), String.valueOf(e.getMessage())));
    }
}
