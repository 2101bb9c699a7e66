package dev.sallyport.arguments.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;

/** Hostile hosts and addresses: what is accepted is read in the same way by others. */
class HostFuzzTest {
    @FuzzTest
    void aRuleThatIsReadIsOneSpelling() {
        Fuzz.target("host-rule")
                .samples("example.com", "*.example.com:8443", "xn--bcher-kva.example", "a.b-c.d0")
                .words(
                        "*.",
                        ".",
                        ":443",
                        ":80",
                        "0x7f",
                        "127.0.0.1",
                        "::1",
                        "%00",
                        "@",
                        "\\",
                        "\u212a",
                        "\uff0e",
                        "xn--",
                        "-")
                .refusing(HostRefusedException.class)
                .run(input -> {
                    HostRule rule = HostRule.parse(new String(input, UTF_8));
                    assertThat(HostRule.parse(rule.toString())).isEqualTo(rule);
                    String host = rule.name().text();
                    assertThat(host).matches("[a-z0-9.-]{1,253}");
                    // What a strict reader of addresses takes for one is no name.
                    assertThatThrownBy(() -> InetAddress.ofLiteral(host)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> Inet4Address.ofPosixLiteral(host))
                            .isInstanceOf(IllegalArgumentException.class);
                });
    }

    @FuzzTest
    void anAddressThatIsReadLeadsToTheSameHostForOthers() {
        Fuzz.target("web-address")
                .samples("https://example.com/a?b=c#d", "http://example.com:8080/", "https://a.example:8443?x")
                .words(
                        "@",
                        "\\",
                        "//",
                        "/",
                        "?",
                        "#",
                        ":",
                        "%2f",
                        "%00",
                        "[::1]",
                        "127.1",
                        "0x7f000001",
                        "\r\n",
                        "https://")
                .refusing(HostRefusedException.class)
                .run(input -> {
                    WebAddress address = WebAddress.parse(new String(input, UTF_8));
                    assertThat(WebAddress.parse(address.toString())).isEqualTo(address);
                    URI uri = URI.create(address.toString().replace("[", "%5B").replace("]", "%5D"));
                    assertThat(uri.getHost()).isEqualTo(address.host().text());
                    assertThat(uri.getUserInfo()).isNull();
                });
    }
}
