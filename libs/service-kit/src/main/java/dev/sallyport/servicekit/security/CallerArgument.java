package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Hands {@link Caller}, its kinds and {@link Principal} to controller methods. */
final class CallerArgument implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return Caller.class.isAssignableFrom(parameter.getParameterType())
                || parameter.getParameterType() == Principal.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        Caller caller = CallerAuthentication.current();
        if (parameter.getParameterType() == Principal.class) {
            return caller.principalOrRefuse();
        }
        if (!parameter.getParameterType().isInstance(caller)) {
            throw ProblemException.forbidden("CALLER_NOT_ADMITTED", "This endpoint is not for " + caller.actor() + ".");
        }
        return caller;
    }
}
