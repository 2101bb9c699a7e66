package dev.sallyport.servicekit.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** Ways of answering requests that name no permission: each must be found by the walk. */
@Configuration(proxyBeanMethods = false)
class UndeclaredRoutes implements WebMvcConfigurer {
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/files/**").addResourceLocations("classpath:/db/");
    }

    @Bean
    RouterFunction<ServerResponse> routed() {
        return RouterFunctions.route()
                .GET("/v1/routed", request -> ServerResponse.ok().body("reached"))
                .build();
    }

    @Bean
    ServletRegistrationBean<HttpServlet> servlet() {
        return new ServletRegistrationBean<>(
                new HttpServlet() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                        response.getWriter().print("reached");
                    }
                },
                "/v1/servlet");
    }
}
