package dev.sallyport.pages;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.problem.ProblemException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every page shows. */
public final class PageModel {
    private PageModel() {}

    /**
     * The model of a page of this section. Its forms count for the session of the page; a token has none.
     *
     * @throws ProblemException 401 without a session
     */
    public static Map<String, @Nullable Object> of(String section, Caller caller) {
        Map<String, @Nullable Object> model = new HashMap<>();
        model.put("section", section);
        model.put("viewer", viewer(caller));
        return model;
    }

    /**
     * Who has signed in. Every act of a page begins with this: a certificate that a browser shows by itself, or a token,
     * would make the token of the form needless.
     *
     * @throws ProblemException 401 without a session
     */
    public static Principal viewer(Caller caller) {
        if (caller instanceof Caller.Bearer(Principal viewer, boolean session) && session) {
            return viewer;
        }
        throw ProblemException.unauthenticated("Sign in to open this page. API tokens work only under /v1.");
    }

    /** The address of a page with these parameters, without the empty ones. */
    public static String address(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }
}
