package dev.sallyport.skills.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests a manifest asks for: none that a server could take for another one. */
class HttpCapabilityTest {
    private static final HttpCapability BELOW =
            new HttpCapability("https://api.example.com/v1/*", Set.of("GET", "POST"), 10);
    private static final HttpCapability ONE = new HttpCapability("https://api.example.com/v1/x", Set.of("GET"), 10);

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/", "/v1/x", "/v1/x/y?z=../..", "/v1/a..b", "/v1/x%20y", "/v1//x", "/v1/x;a=b", "/v1/..."})
    void whatFollowsIsAskedFor(String target) {
        assertThat(BELOW.allows("GET", "api.example.com", target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v2/x",
                "/v1/../admin",
                "/v1/x/..",
                "/v1/./x",
                "/v1/..;a=b/admin",
                "/v1/%2e%2e/admin",
                "/v1/%2E./admin",
                "/v1/..%2fadmin",
                "/v1/..%5cadmin",
                "/v1/%252e%252e/admin",
                "/v1/..%3bx/admin",
                "/v1/x%00",
                "/v1/x%0d%0a",
                "/v1/x%3fy"
            })
    void whatLeadsElsewhereIsNot(String target) {
        assertThat(BELOW.allows("GET", "api.example.com", target)).isFalse();
    }

    @Test
    void methodAndHostAreThoseOfTheManifest() {
        assertThat(BELOW.allows("POST", "api.example.com", "/v1/x"))
                .as("control")
                .isTrue();
        assertThat(BELOW.allows("DELETE", "api.example.com", "/v1/x")).isFalse();
        assertThat(BELOW.allows("GET", "api.example.com.evil.example", "/v1/x")).isFalse();
        assertThat(BELOW.allows("GET", "evil.example", "/v1/x")).isFalse();
        assertThat(BELOW.host()).isEqualTo("api.example.com");
    }

    @Test
    void anAddressWithoutAStarIsThatOneAlone() {
        assertThat(ONE.allows("GET", "api.example.com", "/v1/x")).isTrue();
        assertThat(ONE.allows("GET", "api.example.com", "/v1/x?y")).isFalse();
        assertThat(ONE.allows("GET", "api.example.com", "/v1/xy")).isFalse();
    }
}
