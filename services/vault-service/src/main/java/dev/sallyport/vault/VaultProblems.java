package dev.sallyport.vault;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.servicekit.problem.Problem;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** This service's refusals as problem documents. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class VaultProblems {
    private static final Logger log = LoggerFactory.getLogger(VaultProblems.class);

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(VaultException e) {
        if (e instanceof VaultException.Damaged) {
            log.error("{}", e.getMessage());
        }
        HttpStatus status = switch (e) {
            case VaultException.Sealed sealed -> HttpStatus.SERVICE_UNAVAILABLE;
            case VaultException.NotAvailable absent -> HttpStatus.NOT_FOUND;
            case VaultException.Damaged damaged -> HttpStatus.INTERNAL_SERVER_ERROR;
            case VaultException.Invalid invalid -> HttpStatus.BAD_REQUEST;
            case VaultException.TooMany many -> HttpStatus.TOO_MANY_REQUESTS;
            case VaultException.Forbidden forbidden -> HttpStatus.FORBIDDEN;
            case VaultException.JoinTokenRefused refused -> HttpStatus.FORBIDDEN;
            case VaultException.ServiceAccountRefused refused -> HttpStatus.FORBIDDEN;
        };
        List<Problem.FieldError> errors = e instanceof VaultException.Invalid invalid
                ? List.of(new Problem.FieldError(invalid.field(), String.valueOf(e.getMessage())))
                : List.of();
        return answer(status, e.code(), String.valueOf(e.getMessage()), errors);
    }

    @ExceptionHandler
    ResponseEntity<Problem> onIdentity(IdentityException e) {
        HttpStatus status = switch (e) {
            case IdentityException.Malformed malformed -> HttpStatus.BAD_REQUEST;
            case IdentityException.RequestRefused refused -> HttpStatus.UNPROCESSABLE_CONTENT;
            case IdentityException.CertificateRefused refused -> HttpStatus.FORBIDDEN;
            case IdentityException.UnsafeFile file -> HttpStatus.SERVICE_UNAVAILABLE;
            case IdentityException.FileFailed file -> HttpStatus.SERVICE_UNAVAILABLE;
            case IdentityException.FleetState state -> HttpStatus.SERVICE_UNAVAILABLE;
            case IdentityException.SealBroken broken -> HttpStatus.SERVICE_UNAVAILABLE;
        };
        if (status.is5xxServerError()) {
            // Names files of this machine: for the log, not for the caller.
            log.error("{}", e.getMessage());
            return answer(status, "VAULT_UNAVAILABLE", "the vault cannot use its keys; its log says why", List.of());
        }
        return answer(status, e.code(), String.valueOf(e.getMessage()), List.of());
    }

    private static ResponseEntity<Problem> answer(
            HttpStatus status, String code, String detail, List<Problem.FieldError> errors) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, code, detail, errors));
    }
}
