package dev.sallyport.vault.web;

import dev.sallyport.pages.SessionFormTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.csrf.CsrfTokenRepository;

/** What the forms of the pages need. */
@Configuration(proxyBeanMethods = false)
class PagesConfiguration {
    @Bean
    CsrfTokenRepository formTokens() {
        return new SessionFormTokens();
    }
}
