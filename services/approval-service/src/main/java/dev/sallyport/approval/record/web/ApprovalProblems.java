package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.servicekit.problem.Problem;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Refused answers as problem documents. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 200)
public class ApprovalProblems {
    /** The HTTP status of a refusal. */
    public static HttpStatus status(ApprovalRefused refused) {
        return switch (refused.kind()) {
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case NOT_ELIGIBLE -> HttpStatus.FORBIDDEN;
            case TOO_LATE, MISMATCH -> HttpStatus.CONFLICT;
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefused(ApprovalRefused e) {
        HttpStatus status = status(e);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, e.code().name(), e.detail()));
    }
}
