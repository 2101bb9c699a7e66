package dev.sallyport.vault.web;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.Problem.FieldError;
import dev.sallyport.vault.VaultException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers this service's refusals as problem documents. */
@RestControllerAdvice(annotations = RestController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class VaultProblems {
    private static final Logger log = LoggerFactory.getLogger(VaultProblems.class);

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(VaultException e) {
        if (e instanceof VaultException.Damaged) {
            log.error("{}", e.getMessage());
        }
        HttpStatus status = status(e);
        String detail = String.valueOf(e.getMessage());
        List<FieldError> errors = e instanceof VaultException.Invalid invalid
                ? List.of(new FieldError(invalid.field(), detail))
                : List.of();
        return answer(status, Problem.of(status, e.code().name(), detail, errors));
    }

    /** The status with which a refusal is answered, on pages too. */
    static HttpStatus status(VaultException e) {
        return switch (e) {
            case VaultException.Sealed _ -> HttpStatus.SERVICE_UNAVAILABLE;
            case VaultException.NotAvailable _ -> HttpStatus.NOT_FOUND;
            case VaultException.CertificateUnknown _ -> HttpStatus.NOT_FOUND;
            case VaultException.Damaged _ -> HttpStatus.INTERNAL_SERVER_ERROR;
            case VaultException.Invalid _ -> HttpStatus.BAD_REQUEST;
            case VaultException.Forbidden _ -> HttpStatus.FORBIDDEN;
            case VaultException.JoinTokenRefused _ -> HttpStatus.FORBIDDEN;
            case VaultException.ServiceAccountRefused _ -> HttpStatus.FORBIDDEN;
            case VaultException.SharesNeeded _ -> HttpStatus.CONFLICT;
            case VaultException.DeviceUnknown _ -> HttpStatus.NOT_FOUND;
            case VaultException.AuthorityRefused refused ->
                refused.code() == VaultException.Code.AUTHORITY_UNKNOWN ? HttpStatus.NOT_FOUND : HttpStatus.CONFLICT;
            case VaultException.PairingRefused refused -> pairing(refused.code());
        };
    }

    private static HttpStatus pairing(VaultException.Code code) {
        return switch (code) {
            case PAIRING_CLOSED -> HttpStatus.NOT_FOUND;
            case PAIRING_WINDOW_OPEN, PAIRING_LOCKED -> HttpStatus.CONFLICT;
            default -> HttpStatus.FORBIDDEN;
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> onIdentity(IdentityException e) {
        HttpStatus status = switch (e) {
            case IdentityException.Malformed _ -> HttpStatus.BAD_REQUEST;
            case IdentityException.RequestRefused _ -> HttpStatus.UNPROCESSABLE_CONTENT;
            case IdentityException.CertificateRefused _ -> HttpStatus.FORBIDDEN;
            case IdentityException.UnsafeFile _ -> HttpStatus.SERVICE_UNAVAILABLE;
            case IdentityException.FileFailed _ -> HttpStatus.SERVICE_UNAVAILABLE;
            case IdentityException.FleetState _ -> HttpStatus.SERVICE_UNAVAILABLE;
            case IdentityException.SealBroken _ -> HttpStatus.SERVICE_UNAVAILABLE;
        };
        if (status.is5xxServerError()) {
            // The message names files of this machine: it is for the log, not for the caller.
            log.error("{}", e.getMessage());
            return answer(
                    status,
                    Problem.of(status, "VAULT_UNAVAILABLE", "The vault cannot use its keys. Its log says why."));
        }
        return answer(status, Problem.of(status, e.code(), sentence(String.valueOf(e.getMessage()))));
    }

    /** The library's messages are parts of sentences, which others put behind a file's name. */
    private static String sentence(String message) {
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + (message.endsWith(".") ? "" : ".");
    }

    private static ResponseEntity<Problem> answer(HttpStatus status, Problem problem) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
