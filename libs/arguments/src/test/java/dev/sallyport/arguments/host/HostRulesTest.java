package dev.sallyport.arguments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRulesTest {
    private static boolean admitted(List<String> admitted, List<String> denied, String host, int port)
            throws HostRefusedException {
        return HostRules.of(admitted, denied).admits(HostName.of(host), port);
    }

    @Test
    void noRuleAdmitsNothing() throws Exception {
        assertThat(admitted(List.of(), List.of(), "example.com", 443)).isFalse();
        assertThat(admitted(List.of("example.com"), List.of(), "example.com", 443))
                .isTrue();
    }

    @Test
    void aRuleIsForOnePort() throws Exception {
        assertThat(admitted(List.of("example.com"), List.of(), "example.com", 22))
                .isFalse();
        assertThat(admitted(List.of("example.com"), List.of(), "example.com", 80))
                .isFalse();
        assertThat(admitted(List.of("example.com:8443"), List.of(), "example.com", 8443))
                .isTrue();
        assertThat(admitted(List.of("example.com:8443"), List.of(), "example.com", 443))
                .isFalse();
    }

    @Test
    void aStarStandsForWhatIsBelowAndNothingElse() throws Exception {
        List<String> rule = List.of("*.example.com");
        assertThat(admitted(rule, List.of(), "a.example.com", 443)).isTrue();
        assertThat(admitted(rule, List.of(), "a.b.example.com", 443)).isTrue();
        assertThat(admitted(rule, List.of(), "example.com", 443)).isFalse();
        assertThat(admitted(rule, List.of(), "notexample.com", 443)).isFalse();
        assertThat(admitted(rule, List.of(), "a.example.com.evil.example", 443)).isFalse();
    }

    @Test
    void whatIsDeniedIsSoWhateverAdmitsIt() throws Exception {
        assertThat(admitted(List.of("*.example.com"), List.of("b.example.com"), "a.example.com", 443))
                .isTrue();
        assertThat(admitted(List.of("*.example.com"), List.of("b.example.com"), "b.example.com", 443))
                .isFalse();
        assertThat(admitted(List.of("b.example.com"), List.of("*.example.com"), "b.example.com", 443))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*.",
                "*.*.example.com",
                "a.*.com",
                "example.com:",
                "example.com:0",
                "example.com:65536",
                "example.com:0443",
                "example.com:+443",
                "example.com:443:443",
                "https://example.com",
                "10.0.0.1",
                "[::1]:443"
            })
    void whatIsNoRuleIsRefused(String text) {
        assertThatThrownBy(() -> HostRule.parse(text)).isInstanceOf(HostRefusedException.class);
    }

    @Test
    void oneHostHasOneSpelling() {
        assertThat(HostRule.isCanonicalHost("example.com")).isTrue();
        assertThat(HostRule.isCanonicalHost("example.com:8443")).isTrue();
        for (String other : List.of("example.com:443", "Example.com", "example.com.", "*.example.com", "127.0.0.1")) {
            assertThat(HostRule.isCanonicalHost(other)).as(other).isFalse();
        }
    }
}
