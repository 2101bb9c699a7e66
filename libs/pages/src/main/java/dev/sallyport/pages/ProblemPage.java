package dev.sallyport.pages;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.ModelAndView;

/** The page that says what went wrong. */
public final class ProblemPage {
    private ProblemPage() {}

    /**
     * The page.
     *
     * @param problem what is wrong and what to do, in a sentence
     */
    public static ModelAndView of(HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = new HashMap<>();
        model.put("title", title(status));
        model.put("problem", problem);
        return new ModelAndView("pages/problem", model, status);
    }

    private static String title(HttpStatus status) {
        return switch (status) {
            case UNAUTHORIZED -> "Sign in";
            case NOT_FOUND -> "Not here";
            case FORBIDDEN -> "Not allowed";
            case SERVICE_UNAVAILABLE -> "Not available now";
            default -> "That did not work";
        };
    }
}
