package dev.sallyport.servicekit.connector;

import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** The first of the security filters that looks at a request: it refuses what no endpoint should ever see. */
public final class RequestGuard extends OncePerRequestFilter {
    /** What starts and watches processes asks for these; anything spelled otherwise is none of them. */
    public static final Set<String> OPEN_HEALTH = Set.of("/actuator/health/liveness", "/actuator/health/readiness");

    private static final String INSTANCE = "Sallyport-Instance";
    private static final String REQUEST_ID = "X-Request-ID";
    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._~:/+=-]{1,128}");
    private static final Pattern TOKEN_PARAMETER =
            Pattern.compile("(?:^|&)(?:access_token|token|api_key)=", Pattern.CASE_INSENSITIVE);

    private final RequestLimits limits;
    private final ConcurrencyLimit places;
    private final InstanceName instance;

    /** With the limits in force; health probes are answered with the name of the instance. */
    public RequestGuard(RequestLimits limits, InstanceName instance) {
        this.limits = limits;
        this.places = new ConcurrencyLimit(limits.maxConcurrent());
        this.instance = instance;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String name = instance.instance();
        boolean probe = OPEN_HEALTH.contains(request.getRequestURI());
        if (name != null && probe) {
            response.setHeader(INSTANCE, name);
        }
        String id = request.getHeader(REQUEST_ID);
        if (id != null && PLAIN_ID.matcher(id).matches()) {
            // AuthZEN 1.0, section 10.1.3: whatever the answer, the asker finds it by its own id.
            response.setHeader(REQUEST_ID, id);
        }
        try {
            check(request);
            if (!probe && ConnectorKind.of(request) == ConnectorKind.PUBLIC && !places.enter(request)) {
                throw ProblemException.overloaded();
            }
            BoundedRequest bounded =
                    new BoundedRequest(request, limits.maxBody().toBytes());
            chain.doFilter(bounded, response);
        } catch (ProblemException e) {
            ProblemWriter.write(response, e.problem());
        } finally {
            ConcurrencyLimit.leave(request);
        }
    }

    private void check(HttpServletRequest request) {
        if (!request.getProtocol().startsWith("HTTP/1.")) {
            // Tomcat still answers HTTP/0.9, a line without a version, and then with none of the headers above.
            throw new ProblemException(
                    HttpStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP_VERSION", "Send the request as HTTP/1.1.");
        }
        String raw = request.getRequestURI();
        if (raw.indexOf(';') >= 0 || raw.contains("//") || raw.indexOf('\\') >= 0) {
            throw ProblemException.badRequest(
                    "AMBIGUOUS_PATH", "Send the path in its plain form, without ; and \\ and //.");
        }
        if (bearsToken(request.getQueryString())) {
            throw ProblemException.badRequest(
                    "TOKEN_IN_QUERY",
                    "Addresses end up in logs. Treat the token in this one as leaked: revoke it. Send tokens in the"
                            + " header Authorization: Bearer.");
        }
        if (request.getContentLengthLong() > limits.maxBody().toBytes()) {
            throw tooLarge(limits.maxBody().toBytes());
        }
    }

    static ProblemException tooLarge(long limit) {
        return new ProblemException(
                HttpStatus.CONTENT_TOO_LARGE, "BODY_TOO_LARGE", "The body may have at most " + limit + " bytes.");
    }

    private static boolean bearsToken(@Nullable String query) {
        if (query == null) {
            return false;
        }
        String plain;
        try {
            plain = URLDecoder.decode(query, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "AMBIGUOUS_PATH", "The query is not valid percent-encoding. Encode it again.");
        }
        return ApiTokens.occurIn(plain) || TOKEN_PARAMETER.matcher(plain).find();
    }
}
