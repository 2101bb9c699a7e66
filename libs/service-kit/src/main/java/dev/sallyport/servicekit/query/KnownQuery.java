package dev.sallyport.servicekit.query;

import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.BeanUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses query parameters that the endpoint does not know. Passed over in silence, a filter with a typing error would
 * answer more than was asked for, and whoever asked would take it for the whole truth.
 */
final class KnownQuery implements HandlerInterceptor {
    private static final String CODE = "INVALID_REQUEST";

    /** Of a method that reads a map of all parameters: it refuses what it does not know itself. */
    private static final String ALL = "*";

    /** Longer names are not repeated to whoever sent them. */
    private static final int LONGEST_SHOWN = 64;

    private final DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
    private final Map<Method, SortedSet<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String query = request.getQueryString();
        if (query == null
                || query.isEmpty()
                || request.getDispatcherType() != DispatcherType.REQUEST
                || !(handler instanceof HandlerMethod method)) {
            return true;
        }
        SortedSet<String> accepted = known.computeIfAbsent(method.getMethod(), _ -> accepted(method));
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (!pair.isEmpty() && !accepted.contains(name) && !accepted.contains(ALL)) {
                throw unknown(name, accepted);
            }
        }
        return true;
    }

    private static ProblemException unknown(String name, SortedSet<String> accepted) {
        boolean plain = !name.isEmpty()
                && name.length() <= LONGEST_SHOWN
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
        String rule = (plain ? "`" + name + "`" : "A parameter of the query") + " is not known here. "
                + (accepted.isEmpty()
                        ? "This endpoint takes no query parameters."
                        : "The query parameters are: " + String.join(", ", accepted) + ".");
        return new ProblemException(HttpStatus.BAD_REQUEST, CODE, rule, plain ? name : "query", rule);
    }

    /** As it is where it cannot be decoded: it is then no name that anybody knows. */
    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return name;
        }
    }

    private SortedSet<String> accepted(HandlerMethod method) {
        SortedSet<String> accepted = new TreeSet<>();
        for (int i = 0; i < method.getMethod().getParameterCount(); i++) {
            MethodParameter parameter = new SynthesizingMethodParameter(method.getMethod(), i);
            parameter.initParameterNameDiscovery(names);
            if (parameter.getParameterType() == PageRequest.class) {
                accepted.addAll(List.of("after", "limit"));
            } else if (isMap(parameter)) {
                accepted.add(ALL);
            } else if (parameter.hasParameterAnnotation(ModelAttribute.class)) {
                accepted.addAll(bound(parameter.getParameterType()));
            } else if (isQuery(parameter)) {
                accepted.add(name(parameter));
            }
        }
        return accepted;
    }

    /** The parameters that are bound to a record, by the only constructor that a record without further ones has. */
    private static List<String> bound(Class<?> form) {
        return Arrays.stream(form.getDeclaredConstructors()[0].getParameters())
                .map(part -> {
                    BindParam named = part.getAnnotation(BindParam.class);
                    return named == null ? part.getName() : named.value();
                })
                .toList();
    }

    private static boolean isMap(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(RequestParam.class)
                && Map.class.isAssignableFrom(parameter.getParameterType());
    }

    /** Declared as a parameter of the query, or what Spring takes for one: a simple value without an annotation. */
    private static boolean isQuery(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(RequestParam.class)
                || (parameter.getParameterAnnotations().length == 0
                        && BeanUtils.isSimpleProperty(parameter.getParameterType()));
    }

    private static String name(MethodParameter parameter) {
        RequestParam declared = parameter.getParameterAnnotation(RequestParam.class);
        return declared == null || declared.name().isEmpty()
                ? String.valueOf(parameter.getParameterName())
                : declared.name();
    }
}
