package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.AccessException;
import dev.sallyport.servicekit.problem.Problem;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Refused changes of access as problem documents. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class AccessProblems {
    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(AccessException e) {
        HttpStatus status = status(e);
        String detail = String.valueOf(e.getMessage());
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, e.code().name(), detail, List.of(new Problem.FieldError(e.field(), detail))));
    }

    /** The status of a refusal, on a page as over the API. */
    static HttpStatus status(AccessException e) {
        return switch (e.code()) {
            case ABOVE_OWN_ROLE, OTHER_PERSON, SESSION_CANNOT_SIGN_IN, SECOND_PERSON_NEEDED -> HttpStatus.FORBIDDEN;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case LAST_OWNER,
                    MEMBER_CHANGED_MEANWHILE,
                    ROLES_DIFFER,
                    TOKEN_ENDED,
                    CERTIFICATE_BOUND,
                    WORKSPACE_EXISTS,
                    FLEET_WORKSPACE,
                    INVITATION_NOT_PENDING -> HttpStatus.CONFLICT;
            case INVALID_PRINCIPAL,
                    INVALID_ROLE,
                    INVALID_SCOPE,
                    INVALID_CHANNEL,
                    INVALID_LIFETIME,
                    INVALID_CERTIFICATE,
                    INVALID_GROUP,
                    NOT_A_MEMBER -> HttpStatus.BAD_REQUEST;
        };
    }
}
