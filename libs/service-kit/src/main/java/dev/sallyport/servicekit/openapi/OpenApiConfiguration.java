package dev.sallyport.servicekit.openapi;

import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/** Serves the document of a service that has one. A node, which has no database, has no interface for others. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(DataSource.class)
@ConditionalOnResource(resources = OpenApiConfiguration.DOCUMENT)
public class OpenApiConfiguration {
    static final String DOCUMENT = "classpath:api/${spring.application.name}.json";

    @Bean
    OpenApiController openApiController(@Value("api/${spring.application.name}.json") String document) {
        return new OpenApiController(new ClassPathResource(document));
    }
}
