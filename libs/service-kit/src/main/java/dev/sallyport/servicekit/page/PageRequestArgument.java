package dev.sallyport.servicekit.page;

import dev.sallyport.servicekit.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Reads {@link PageRequest} from the query, with the same rules for every list. */
final class PageRequestArgument implements HandlerMethodArgumentResolver {
    private static final int MAX_AFTER_LENGTH = 512;

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == PageRequest.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        String after = request.getParameter("after");
        if (after != null && after.length() > MAX_AFTER_LENGTH) {
            throw invalid("after", "`after` must be the `next` of an earlier page.");
        }
        return new PageRequest(limit(request.getParameter("limit")), after == null || after.isEmpty() ? null : after);
    }

    private static int limit(@Nullable String asked) {
        if (asked == null) {
            return PageRequest.DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(asked);
            if (limit >= 1 && limit <= PageRequest.MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // Refused below, like a number out of range.
        }
        throw invalid("limit", "`limit` must be a number from 1 to " + PageRequest.MAX_LIMIT + ".");
    }

    private static ProblemException invalid(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", detail, field, detail);
    }
}
