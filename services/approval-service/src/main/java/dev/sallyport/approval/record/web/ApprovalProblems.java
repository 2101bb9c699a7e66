package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.ApprovalRefused;
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
        return switch (refused) {
            case ApprovalRefused.NotFound e -> HttpStatus.NOT_FOUND;
            case ApprovalRefused.NotEligible e -> HttpStatus.FORBIDDEN;
            case ApprovalRefused.TooLate e -> HttpStatus.CONFLICT;
            case ApprovalRefused.Mismatch e -> HttpStatus.CONFLICT;
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefused(ApprovalRefused refused) {
        HttpStatus status = status(refused);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, refused.code(), String.valueOf(refused.getMessage())));
    }
}
