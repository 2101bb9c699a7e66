package dev.sallyport.arguments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedHostsTest {
    @ParameterizedTest
    @CsvSource({
        "https://api.example/x,api.example",
        "HTTPS://API.example./x,api.example",
        "http://api.example/,api.example:80",
        "--url=https://api.example:8443/x,api.example:8443",
        "https://user:pass@api.example/,api.example",
        "https://a.example@b.example/,b.example",
        "ssh://git@code.example/repo.git,code.example:22",
        "git@code.example:team/repo.git,code.example:22",
        "postgresql://u:p@db.example/app,db.example:5432",
        "redis://cache.example:6380/0,cache.example:6380",
        "db.example:5432,db.example:5432",
        "--broker=kafka.example:9092,kafka.example:9092"
    })
    void aHostIsFound(String argument, String host) throws Exception {
        assertThat(NamedHosts.in(argument)).extracting(HostRule::toString).containsExactly(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "file.txt", "a:b", "10:30", "--lines=5", "file:///etc/hosts", "s/a/b/", "me@example.com"})
    void whatNamesNoneHasNone(String argument) throws Exception {
        assertThat(NamedHosts.in(argument)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://2130706433/",
                "http://[::1]/",
                "https://ex\u00e4mple.com/",
                "https://a.example:0/",
                "https://a.example:99999/",
                "foo://a.example/",
                "ssh://10.0.0.1/"
            })
    void whatProgramsReadDifferentlyIsRefused(String argument) {
        assertThatThrownBy(() -> NamedHosts.in(argument)).isInstanceOf(HostRefusedException.class);
    }

    @FuzzTest
    void anyTextIsReadOrRefused() throws Exception {
        Fuzz.target("named-hosts")
                .samples("https://user:p@api.example:8443/x?y".getBytes(StandardCharsets.US_ASCII))
                .words("://", "@", ":443", "git@", "http", ".example")
                .refusing(HostRefusedException.class)
                .run(input -> {
                    for (HostRule host : NamedHosts.in(new String(input, StandardCharsets.ISO_8859_1))) {
                        assertThat(HostRule.isCanonicalHost(host.toString())).isTrue();
                    }
                });
    }
}
