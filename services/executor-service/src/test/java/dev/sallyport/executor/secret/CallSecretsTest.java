package dev.sallyport.executor.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.statements.predicate.SecretGrant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallSecretsTest {
    private static final String VALUE = "s3cret-value";

    private static CallSecrets secrets(String delivery, String value) throws SecretUnusableException {
        return CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/api-key", 1, delivery, List.of("api.example.com")), value.getBytes(UTF_8))));
    }

    private static HostRule host(String text) throws Exception {
        return HostRule.parse(text);
    }

    @Test
    void aFieldIsFilledForTheHostThatTheSecretIsFor() throws Exception {
        CallSecrets secrets = secrets("proxy", VALUE);

        assertThat(secrets.filled(host("api.example.com"), "/", "Bearer {secret:api-key}"))
                .isEqualTo("Bearer " + VALUE);
        String basic = "Basic " + Base64.getEncoder().encodeToString("me:{secret:api-key}".getBytes(UTF_8));
        assertThat(secrets.filled(host("api.example.com"), "/", basic))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(("me:" + VALUE).getBytes(UTF_8)));
        assertThat(secrets.filled(host("api.example.com"), "/", "nothing to fill"))
                .isEqualTo("nothing to fill");
        assertThat(secrets.areAddedFor(host("api.example.com"))).isTrue();
    }

    @Test
    void noOtherHostGetsIt() throws Exception {
        CallSecrets secrets = secrets("proxy", VALUE);

        for (String other : List.of("example.com", "api.example.com:8443", "evil.example", "a.api.example.com")) {
            assertThat(secrets.areAddedFor(host(other))).as(other).isFalse();
            assertThatThrownBy(() -> secrets.filled(host(other), "/", "{secret:api-key}"))
                    .as(other)
                    .isInstanceOf(SecretUnusableException.class)
                    .hasMessageNotContaining(VALUE);
        }
        assertThatThrownBy(() -> secrets.filled(host("api.example.com"), "/", "{secret:other}"))
                .isInstanceOf(SecretUnusableException.class);
    }

    @Test
    void whatTheToolHasItselfIsNotAddedToRequests() throws Exception {
        assertThatThrownBy(() -> secrets("pipe", VALUE).filled(host("api.example.com"), "/", "{secret:api-key}"))
                .isInstanceOf(SecretUnusableException.class);
    }

    @Test
    void aValueThatWouldEndTheFieldIsRefused() throws Exception {
        assertThatThrownBy(() ->
                        secrets("proxy", VALUE + "\r\nX: y").filled(host("api.example.com"), "/", "{secret:api-key}"))
                .isInstanceOf(SecretUnusableException.class)
                .hasMessageNotContaining(VALUE);
    }

    @Test
    void aShortValueIsRefused() {
        assertThatThrownBy(() -> secrets("proxy", "1234567")).isInstanceOf(SecretUnusableException.class);
        assertThatThrownBy(() -> secrets("proxy", "1234567\n\n")).isInstanceOf(SecretUnusableException.class);
        assertThatCode(() -> secrets("proxy", "12345678\n")).as("control").doesNotThrowAnyException();
    }

    @Test
    void nothingIsLeftAfterTheEnd() throws Exception {
        byte[] value = VALUE.getBytes(UTF_8);
        CallSecrets secrets = CallSecrets.of(
                List.of(new CallSecrets.Held(new SecretGrant("vault://w/k", 1, "pipe", List.of()), value)));
        assertThat(secrets.toString() + secrets.by(CallSecrets.Delivery.PIPE)).doesNotContain(VALUE);

        secrets.close();

        assertThat(value).containsOnly(0);
    }
}
