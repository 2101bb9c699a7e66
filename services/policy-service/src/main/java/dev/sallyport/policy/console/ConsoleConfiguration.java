package dev.sallyport.policy.console;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.SessionFormTokens;
import jakarta.validation.Validator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import tools.jackson.databind.json.JsonMapper;

/** What the forms of the pages need. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {
    @Bean
    CsrfTokenRepository formTokens() {
        return new SessionFormTokens();
    }

    @Bean
    FormCheck formCheck(JsonMapper json, Validator validator) {
        return new FormCheck(json, validator);
    }
}
