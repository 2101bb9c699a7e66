package dev.sallyport.pages;

import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.Problem.FieldError;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads a form as the API reads the same request: into its record, with its limits. */
public final class FormCheck {
    private final JsonMapper json;
    private final Validator validator;

    /** With the API's own mapper and validator. */
    public FormCheck(JsonMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /**
     * The request of a form.
     *
     * @param members of the request, a map or a JSON object, named as the API names them
     * @throws ProblemException 400 naming the fields that are missing or wrong
     */
    public <T> T read(Object members, Class<T> request) {
        T read;
        try {
            read = json.convertValue(members, request);
        } catch (JacksonException | IllegalArgumentException e) {
            throw unfit(List.of(), e);
        }
        if (read == null) {
            throw unfit(List.of(), null);
        }
        List<FieldError> errors = validator.validate(read).stream()
                .sorted(Comparator.comparing(
                        violation -> violation.getPropertyPath().toString()))
                .map(FormCheck::error)
                .toList();
        if (!errors.isEmpty()) {
            throw unfit(errors, null);
        }
        return read;
    }

    /** What is wrong, in sentences: each field's where there are such, else the problem's own. */
    public static String inWords(ProblemException e) {
        Problem problem = e.problem();
        return problem.errors().isEmpty()
                ? problem.detail()
                : problem.errors().stream()
                        .map(error -> error.field() + ": " + error.detail())
                        .collect(Collectors.joining("; "));
    }

    private static FieldError error(ConstraintViolation<?> violation) {
        return new FieldError(violation.getPropertyPath().toString(), violation.getMessage());
    }

    private static ProblemException unfit(List<FieldError> errors, @Nullable Throwable cause) {
        return new ProblemException(
                HttpStatus.BAD_REQUEST,
                "INVALID_REQUEST",
                "Something in this form cannot be read. Correct it and send it again.",
                errors,
                cause);
    }
}
