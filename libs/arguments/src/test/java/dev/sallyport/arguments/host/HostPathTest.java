package dev.sallyport.arguments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPathTest {
    @ParameterizedTest
    @CsvSource({
        "api.example.com,api.example.com",
        "API.example.com:443,api.example.com",
        "api.example.com:8443/v1/,api.example.com:8443/v1/",
        "api.example.com/Team-1/v1.2/~x/,api.example.com/Team-1/v1.2/~x/",
        "api.example.com/,api.example.com"
    })
    void itHasOneSpelling(String given, String canonical) throws Exception {
        assertThat(HostPath.parse(given)).hasToString(canonical);
        assertThat(HostPath.parse(canonical)).isEqualTo(HostPath.parse(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example.com/v1",
                "api.example.com//",
                "api.example.com/../",
                "api.example.com/a/./",
                "api.example.com/%2e/",
                "api.example.com/a b/",
                "api.example.com/?a/",
                "*.example.com",
                "127.0.0.1/v1/",
                "/v1/",
                ""
            })
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> HostPath.parse(text)).isInstanceOf(HostRefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/", "/v1/a", "/v1/a/b?c=/../d", "/v1/?x", "/v1/a%20b", "/v1/...", "/v1/a.b"})
    void pathsBelowAreCovered(String target) throws Exception {
        assertThat(HostPath.parse("api.example.com/v1/").covers(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v10/",
                "/V1/",
                "/v1/../admin",
                "/v1/..",
                "/v1/./a",
                "/v1/%2e%2e/admin",
                "/v1/%2E./admin",
                "/v1/..%2fadmin",
                "/v1/%252e%252e/admin",
                "/v1//admin",
                "/v1/..;/admin",
                "/v1/a%3b/../b",
                "/v1/..\\admin",
                "/v1/%5c..%5cadmin",
                "/v1/a%00",
                "/x?/v1/"
            })
    void whatIsElsewhereOrCouldBeReadSoIsNot(String target) throws Exception {
        assertThat(HostPath.parse("api.example.com/v1/").covers(target)).isFalse();
        assertThat(HostPath.parse("api.example.com").covers(target))
                .as("without a folder")
                .isTrue();
    }

    @Test
    void aFolderOfAnotherHostIsAnother() throws Exception {
        assertThat(HostPath.parse("a.example/v1/")).isNotEqualTo(HostPath.parse("b.example/v1/"));
    }

    @FuzzTest
    void anyTextIsReadOrRefusedAndWhatIsReadIsCanonical() throws Exception {
        Fuzz.target("host-path")
                .samples("api.example.com:8443/v1/".getBytes(StandardCharsets.US_ASCII))
                .words("/", "..", "%2e", ":443", "*.", "api.")
                .refusing(HostRefusedException.class)
                .run(input -> {
                    HostPath path = HostPath.parse(new String(input, StandardCharsets.ISO_8859_1));
                    assertThat(HostPath.parse(path.toString())).isEqualTo(path);
                    assertThat(path.covers(path.folder() + "x")).isTrue();
                    assertThat(path.folder().isEmpty() || !path.covers("/..")).isTrue();
                });
    }
}
