package dev.sallyport.servicekit.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * A problem document of RFC 9457.
 *
 * @param type {@code https://sallyport.dev/problems/<code-in-kebab-case>}
 * @param title the status in words
 * @param status HTTP status
 * @param detail what is wrong and what to change
 * @param code stable, upper case with underscores
 * @param errors the fields concerned; left out when there are none
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {
    /** What is unavailable is mostly so for a moment: RFC 9110, section 10.2.3, in seconds. */
    static final String RETRY_AFTER_S = "1";

    /** Copies the list. */
    public Problem {
        errors = List.copyOf(errors);
    }

    /**
     * One field that is wrong.
     *
     * @param field JSON path with dots, or the parameter's or header's name
     * @param detail what is wrong with it
     */
    public record FieldError(String field, String detail) {}

    /** A problem without fields. */
    public static Problem of(HttpStatusCode status, String code, String detail) {
        return of(status, code, detail, List.of());
    }

    /** A problem with fields. */
    public static Problem of(HttpStatusCode status, String code, String detail, List<FieldError> errors) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return new Problem(
                "https://sallyport.dev/problems/"
                        + code.toLowerCase(Locale.ROOT).replace('_', '-'),
                known == null ? "Error" : known.getReasonPhrase(),
                status.value(),
                detail,
                code,
                errors);
    }

    /** As an answer with the headers that belong to its status. */
    public ResponseEntity<Object> asResponse() {
        return asResponse(null);
    }

    /** As an answer; {@code Retry-After} is in whole seconds, rounded up. */
    ResponseEntity<Object> asResponse(@Nullable Duration retryAfter) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
        if (status == HttpStatus.UNAUTHORIZED.value()) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (retryAfter != null) {
            response.header(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds())));
        } else if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
        }
        return response.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(this);
    }
}
