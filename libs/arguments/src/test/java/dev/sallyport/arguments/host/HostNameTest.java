package dev.sallyport.arguments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "api.example.com,api.example.com",
        "API.Example.COM,api.example.com",
        "api.example.com.,api.example.com",
        "xn--bcher-kva.example,xn--bcher-kva.example",
        "a-b.c0,a-b.c0",
        "1password.com,1password.com",
        "0x7f.example,0x7f.example",
        "localhost,localhost"
    })
    void aHostHasOneName(String given, String name) throws Exception {
        assertThat(HostName.of(given).text()).isEqualTo(name);
    }

    /** Each of these was once read as another host by one program than by another. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a..b",
                ".a",
                "a.b..",
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0X7F.1",
                "a.0x7f",
                "017700000001",
                "0177.0.0.1",
                "example.1",
                "0x",
                "[::1]",
                "::1",
                "fe80::1%eth0",
                "[::ffff:127.0.0.1]",
                "user@example.com",
                "example.com@evil.example",
                "example.com:443",
                "example.com\\evil.example",
                "example.com/evil",
                "example.com#evil",
                "example.com?evil",
                "exam\u0000ple.com",
                "example.com\u0000.evil.example",
                "example.com%00",
                "example.com\r\nHost: x",
                "example.com ",
                " example.com",
                "exa mple.com",
                "b\u00fccher.example",
                "\uff45xample.com",
                "example\u3002com",
                "\u212aelvin.example",
                "127\uff0e0.0.1",
                "\u2460.example",
                "-a.example",
                "a-.example",
                "a_b.example",
                "*.example.com"
            })
    void whatCouldBeReadAsAnotherHostIsRefused(String given) {
        assertThatThrownBy(() -> HostName.of(given)).isInstanceOf(HostRefusedException.class);
    }

    @Test
    void namesHaveTheLengthsOfTheDomainNameSystem() throws Exception {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "b".repeat(61));
        assertThat(longest).hasSize(253);

        assertThat(HostName.of(longest).text()).isEqualTo(longest);
        assertThatThrownBy(() -> HostName.of("a" + longest)).isInstanceOf(HostRefusedException.class);
        assertThatThrownBy(() -> HostName.of(label + "a.example")).isInstanceOf(HostRefusedException.class);
    }
}
