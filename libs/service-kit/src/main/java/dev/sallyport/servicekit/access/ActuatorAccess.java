package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.connector.Door;
import dev.sallyport.servicekit.connector.RequestGuard;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.boot.webmvc.actuate.endpoint.web.AbstractWebMvcEndpointHandlerMapping;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Access to the actuator, whose handler mapping takes no notice of the application's interceptors: liveness and
 * readiness are for everybody and tell nothing, the rest is behind the internal connector for {@link AccessRule#INSIGHT}.
 */
final class ActuatorAccess implements InstantiationAwareBeanPostProcessor {
    private final ObjectProvider<AccessInterceptor> access;

    ActuatorAccess(ObjectProvider<AccessInterceptor> access) {
        this.access = access;
    }

    @Override
    public boolean postProcessAfterInstantiation(Object bean, String beanName) throws BeansException {
        if (bean instanceof AbstractWebMvcEndpointHandlerMapping mapping) {
            mapping.setInterceptors(new Guard(access));
        }
        return true;
    }

    private record Guard(ObjectProvider<AccessInterceptor> access) implements HandlerInterceptor {
        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            if (request.getDispatcherType() != DispatcherType.REQUEST
                    || RequestGuard.OPEN_HEALTH.contains(request.getRequestURI())) {
                return true;
            }
            if (Door.of(request) != Door.INTERNAL) {
                throw ProblemException.notFound("nothing is served here");
            }
            access.getObject().admit(request, AccessRule.INSIGHT);
            return true;
        }
    }
}
