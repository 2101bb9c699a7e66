package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Nobody can say now who this is. The request is refused with 503, never let through. */
public final class IntrospectionUnavailableException extends ProblemException {
    /** With the failure that prevented the answer. */
    public IntrospectionUnavailableException(@Nullable Throwable cause) {
        super(
                HttpStatus.SERVICE_UNAVAILABLE,
                "INTROSPECTION_UNAVAILABLE",
                "Who is calling cannot be checked now. Try again later.",
                List.of(),
                cause);
    }
}
