package dev.sallyport.approval.signin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OidcPropertiesTest {
    private static OidcProperties settings(String issuer, String client, String algorithm, int seconds) {
        return new OidcProperties(
                issuer,
                client,
                null,
                null,
                "email",
                "groups",
                Map.of(),
                List.of(),
                algorithm,
                Duration.ofSeconds(seconds));
    }

    private static OidcProperties rolesNeed(Map<String, List<String>> groups) {
        return new OidcProperties(
                "https://id.example",
                "console",
                null,
                null,
                "email",
                "groups",
                groups,
                List.of(),
                "RS256",
                Duration.ofSeconds(5));
    }

    @Test
    void anIssuerIsReachedOverTlsAndTokensAreSignedWithAKeyPair() {
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            Validator validator = factory.getValidator();
            for (OidcProperties good : List.of(
                    settings("https://id.example", "console", "ES256", 5),
                    settings("https://id.example/realms/corp", "console", "PS512", 1),
                    settings("http://127.0.0.1:9000", "console", "RS256", 30),
                    settings("", "", "RS256", 5))) {
                assertThat(validator.validate(good)).isEmpty();
            }
            assertThat(validator.validate(rolesNeed(Map.of("owner", List.of("a"), "auditor", List.of("b", "c")))))
                    .isEmpty();
            assertThat(validator.validate(rolesNeed(Map.of("admins", List.of("a")))))
                    .hasSize(1);
            assertThat(validator.validate(rolesNeed(Map.of("admin", List.of()))))
                    .hasSize(1);
            for (OidcProperties bad : List.of(
                    settings("http://id.example", "console", "RS256", 5),
                    settings("http://localhost.evil.example", "console", "RS256", 5),
                    settings("https://id.example?tenant=1", "console", "RS256", 5),
                    settings("file:///etc/passwd", "console", "RS256", 5),
                    settings("no address", "console", "RS256", 5),
                    settings("https://id.example", " ", "RS256", 5),
                    settings("https://id.example", "console", "none", 5),
                    settings("https://id.example", "console", "HS256", 5),
                    settings("https://id.example", "console", "RS256", 60))) {
                assertThat(validator.validate(bad)).as(bad.toString()).hasSize(1);
            }
        }
    }
}
