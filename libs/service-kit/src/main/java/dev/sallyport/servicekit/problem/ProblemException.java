package dev.sallyport.servicekit.problem;

import dev.sallyport.servicekit.problem.Problem.FieldError;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** A refusal that the caller is told about as a problem document. Thrown by controllers and the filters before them. */
public class ProblemException extends RuntimeException {
    private final HttpStatus status;
    private final String code;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;

    /** A problem without fields. */
    public ProblemException(HttpStatus status, String code, String detail) {
        this(status, code, detail, List.of(), null);
    }

    /** A problem about one field. */
    public ProblemException(HttpStatus status, String code, String detail, String field, String fieldDetail) {
        this(status, code, detail, List.of(new FieldError(field, fieldDetail)), null);
    }

    /** A problem with fields and the error that led to it, which is logged and not told. */
    public ProblemException(
            HttpStatus status, String code, String detail, List<FieldError> errors, @Nullable Throwable cause) {
        this(status, code, detail, errors, cause, null);
    }

    private ProblemException(
            HttpStatus status,
            String code,
            String detail,
            List<FieldError> errors,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter) {
        super(detail, cause);
        this.status = status;
        this.code = code;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    /** 400. */
    public static ProblemException badRequest(String code, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, code, detail);
    }

    /** 401: nobody proved who is calling. */
    public static ProblemException unauthenticated(String detail) {
        return new ProblemException(HttpStatus.UNAUTHORIZED, "UNAUTHENTICATED", detail);
    }

    /** 403: the caller is known and may not. */
    public static ProblemException forbidden(String code, String detail) {
        return new ProblemException(HttpStatus.FORBIDDEN, code, detail);
    }

    /** 404; also for what belongs to another workspace. */
    public static ProblemException notFound(String detail) {
        return new ProblemException(HttpStatus.NOT_FOUND, "NOT_FOUND", detail);
    }

    /** 409. */
    public static ProblemException conflict(String code, String detail) {
        return new ProblemException(HttpStatus.CONFLICT, code, detail);
    }

    /** 429: the caller's own limit is reached, for so long; null where waiting does not help. */
    public static ProblemException tooManyRequests(String code, String detail, @Nullable Duration retryAfter) {
        return new ProblemException(HttpStatus.TOO_MANY_REQUESTS, code, detail, List.of(), null, retryAfter);
    }

    /** 503: try again later. */
    public static ProblemException unavailable(String code, String detail, @Nullable Throwable cause) {
        return new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, code, detail, List.of(), cause);
    }

    /** 503: the service is at its limit of concurrent requests. */
    public static ProblemException overloaded() {
        return unavailable(
                "OVERLOADED",
                "The service is at its limit of concurrent requests. Retry after the number of seconds in Retry-After.",
                null);
    }

    /** The HTTP status. */
    public HttpStatus status() {
        return status;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** The document for the caller. */
    public Problem problem() {
        return Problem.of(status, code, String.valueOf(getMessage()), errors);
    }

    /** The document as an answer with the headers that belong to it. */
    public ResponseEntity<Object> asResponse() {
        return problem().asResponse(retryAfter);
    }
}
