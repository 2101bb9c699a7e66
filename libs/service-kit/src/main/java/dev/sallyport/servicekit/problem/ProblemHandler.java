package dev.sallyport.servicekit.problem;

import dev.sallyport.servicekit.problem.Problem.FieldError;
import dev.sallyport.statements.verify.Revocations.LedgerUnavailableException;
import jakarta.validation.ConstraintViolationException;
import java.sql.SQLTransientException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;

/**
 * Turns every exception that leaves a controller into a problem document. A service adds an advice of its own (with a
 * higher precedence) for its domain's exceptions. Nothing of an unexpected exception is told, only logged.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 100)
public final class ProblemHandler extends ResponseEntityExceptionHandler {
    private static final Pattern CAMEL = Pattern.compile("([a-z0-9])([A-Z])");

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    @ExceptionHandler
    ResponseEntity<Object> onProblem(ProblemException e) {
        if (e.getCause() != null) {
            log.warn("answering {} {}", e.status().value(), e.code(), e.getCause());
        }
        return e.asResponse();
    }

    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        CannotCreateTransactionException.class,
        SQLTransientException.class
    })
    ResponseEntity<Object> onDatabaseAway(Exception e) {
        return databaseAway(e);
    }

    private static ResponseEntity<Object> databaseAway(Exception e) {
        log.warn("the database does not answer", e);
        return respond(Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "DATABASE_UNAVAILABLE",
                "The database does not answer. Try again later."));
    }

    @ExceptionHandler
    ResponseEntity<Object> onLedgerAway(LedgerUnavailableException e) {
        log.warn("answering 503: {}", e.getMessage(), e.getCause());
        return respond(Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "LEDGER_UNAVAILABLE",
                "This rests on a statement of a revoked key, and the ledger does not say now whether it had it in time."
                        + " Try again later."));
    }

    @ExceptionHandler
    ResponseEntity<Object> onViolation(ConstraintViolationException e) {
        return invalid(e.getConstraintViolations().stream()
                .map(v -> new FieldError(v.getPropertyPath().toString(), v.getMessage()))
                .toList());
    }

    /** Tomcat reads the parameters when they are first asked for, in the middle of a controller's call. */
    @ExceptionHandler
    ResponseEntity<Object> onUnreadableParameters(InvalidParameterException e) {
        return invalid(List.of(
                new FieldError("query", "cannot be read: the parameters of the address or of the form are malformed")));
    }

    @ExceptionHandler
    ResponseEntity<Object> onAnythingElse(Exception e) {
        if (DatabaseFailures.isAway(e)) {
            return databaseAway(e);
        }
        if (DatabaseFailures.isUnstorableText(e)) {
            return respond(Problem.of(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "A text in the request contains the character NUL, which cannot be stored. Leave it out."));
        }
        log.error("unexpected error", e);
        return respond(Problem.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "INTERNAL_ERROR",
                "An unexpected error occurred. The service has logged it."));
    }

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return invalid(e.getBindingResult().getFieldErrors().stream()
                .map(f -> new FieldError(asSent(f.getField()), String.valueOf(f.getDefaultMessage())))
                .toList());
    }

    @Override
    protected ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return invalid(e.getParameterValidationResults().stream()
                .flatMap(r -> r.getResolvableErrors().stream()
                        .map(m -> new FieldError(
                                String.valueOf(r.getMethodParameter().getParameterName()),
                                String.valueOf(m.getDefaultMessage()))))
                .toList());
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        // A limit met while the body was read comes wrapped by whoever was reading.
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return respond(problem.problem());
            }
        }
        return respond(unreadable(e.getCause()));
    }

    @Override
    protected ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return invalid(List.of(new FieldError(e.getParameterName(), "is missing")));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> answer = switch (e) {
            case MethodArgumentTypeMismatchException mismatch ->
                invalid(List.of(new FieldError(mismatch.getName(), expected(mismatch.getRequiredType()))));
            case MissingRequestHeaderException header ->
                invalid(List.of(new FieldError(header.getHeaderName(), "is missing")));
            default -> ofSpring(e, status);
        };
        return ResponseEntity.status(answer.getStatusCode())
                .headers(h -> {
                    h.putAll(headers);
                    h.putAll(answer.getHeaders());
                })
                .body(answer.getBody());
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "is not of the type that is expected here";
        }
        Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
        if (boxed == Boolean.class) {
            return "must be `true` or `false`";
        }
        if (boxed == Integer.class || boxed == Long.class) {
            return "must be a whole number";
        }
        return boxed == Instant.class
                ? "must be a time such as `2026-01-31T12:00:00Z`"
                : "is not of the type that is expected here";
    }

    @Override
    protected ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String sent = e.getContentType() == null ? "none" : "`" + e.getContentType() + "`";
        String accepted = e.getSupportedMediaTypes().stream()
                .map(type -> "`" + type + "`")
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        Problem problem = Problem.of(
                status, codeOf(status), "`Content-Type` must be " + accepted + "; the request has " + sent + ".");
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static ResponseEntity<Object> ofSpring(Exception e, HttpStatusCode status) {
        if (status.is5xxServerError()) {
            log.error("answering {}", status.value(), e);
            return respond(
                    Problem.of(status, codeOf(status), "An unexpected error occurred. The service has logged it."));
        }
        String detail =
                e instanceof ErrorResponse response && response.getBody().getDetail() != null
                        ? String.valueOf(response.getBody().getDetail())
                        : "The request cannot be served.";
        return respond(Problem.of(status, codeOf(status), detail));
    }

    private static Problem unreadable(@Nullable Throwable cause) {
        return switch (cause) {
            case DatabindException e ->
                Problem.of(
                        HttpStatus.BAD_REQUEST,
                        "INVALID_REQUEST",
                        "The body does not have the form that this endpoint expects. See errors.",
                        List.of(new FieldError(path(e), reason(e))));
            case StreamReadException e ->
                Problem.of(
                        HttpStatus.BAD_REQUEST,
                        "MALFORMED_JSON",
                        "The body is not valid JSON. See errors.",
                        List.of(new FieldError("body", reason(e))));
            case null, default ->
                Problem.of(
                        HttpStatus.BAD_REQUEST,
                        "MALFORMED_BODY",
                        "The body is missing or cannot be read. Send a JSON document.",
                        List.of(new FieldError("body", "is required")));
        };
    }

    private static String path(DatabindException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.isEmpty() ? "body" : path.toString();
    }

    private static String reason(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        int more = message.indexOf(" (");
        String first = more > 0 ? message.substring(0, more) : message;
        // Java types are no business of the caller.
        String told = first.replaceAll("`?[a-z]+(\\.[A-Za-z0-9_$]+)+(<[^>]*>)?`?", "the expected type");
        return told.length() > 300 ? told.substring(0, 300) : told;
    }

    private static ResponseEntity<Object> invalid(List<FieldError> errors) {
        return respond(Problem.of(
                HttpStatus.BAD_REQUEST, "INVALID_REQUEST", "Some fields are missing or wrong. See errors.", errors));
    }

    private static ResponseEntity<Object> respond(Problem problem) {
        return problem.asResponse();
    }

    /** The code of a status of which nothing more is known. */
    public static String codeOf(HttpStatusCode status) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return known == null ? "ERROR" : known.name();
    }

    /** The path of a field in the document: Java's names are in camel case, the document's in snake case. */
    private static String asSent(String path) {
        return CAMEL.matcher(path).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
