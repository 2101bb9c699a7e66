package dev.sallyport.policy.limit.web;

import dev.sallyport.policy.limit.RequestRates;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the limits before every controller. */
@Configuration(proxyBeanMethods = false)
class LimitWebConfiguration implements WebMvcConfigurer {
    private final RequestRates rates;

    LimitWebConfiguration(RequestRates rates) {
        this.rates = rates;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new RateInterceptor(rates));
    }
}
