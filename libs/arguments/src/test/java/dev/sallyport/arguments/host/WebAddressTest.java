package dev.sallyport.arguments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
    @ParameterizedTest
    @CsvSource({
        "https://Example.com,https://example.com/",
        "https://example.com:443/a?b=c#d,https://example.com/a?b=c",
        "HTTP://example.com:80/,http://example.com/",
        "https://example.com:8443/%41,https://example.com:8443/%41",
        "https://example.com?q=1,https://example.com/?q=1",
        "https://example.com./x@y:z,https://example.com/x@y:z"
    })
    void anAddressHasOneSpelling(String given, String written) throws Exception {
        assertThat(WebAddress.parse(given)).hasToString(written);
        assertThat(WebAddress.parse(written)).isEqualTo(WebAddress.parse(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "//example.com/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:/example.com",
                "https:///path",
                "https://user@example.com/",
                "https://example.com@evil.example/",
                "https://example.com\\@evil.example/",
                "https://example.com\\evil/",
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://example.com:/",
                "https://example.com:99999/",
                "https://example.com:443:1/",
                "https://example.com/a b",
                "https://example.com/\r\nHost: evil",
                "https://example.com/%",
                "https://example.com/%0",
                "https://exa%6dple.com/",
                "https://example.com/\u0000",
                " https://example.com/",
                "https://b\u00fccher.example/",
                "https://example.com/\u00fc",
                "view-source:https://example.com/"
            })
    void whatCouldBeReadOtherwiseIsRefused(String given) {
        assertThatThrownBy(() -> WebAddress.parse(given)).isInstanceOf(HostRefusedException.class);
    }

    @Test
    void redirectsLeadToAddressesOrPathsOfTheSameHost() throws Exception {
        WebAddress from = WebAddress.parse("https://example.com:8443/a/b?c");

        assertThat(from.follow("/x?y#z")).hasToString("https://example.com:8443/x?y");
        assertThat(from.follow("?y")).hasToString("https://example.com:8443/a/b?y");
        assertThat(from.follow("//other.example/")).hasToString("https://other.example/");
        assertThat(from.follow("http://other.example/")).hasToString("http://other.example/");
        assertThatThrownBy(() -> from.follow("http://169.254.169.254/latest")).isInstanceOf(HostRefusedException.class);
        assertThatThrownBy(() -> from.follow("relative")).isInstanceOf(HostRefusedException.class);
        assertThatThrownBy(() -> from.follow("gopher://example.com/")).isInstanceOf(HostRefusedException.class);
        assertThatThrownBy(() -> from.follow("\\\\evil.example/")).isInstanceOf(HostRefusedException.class);
    }
}
