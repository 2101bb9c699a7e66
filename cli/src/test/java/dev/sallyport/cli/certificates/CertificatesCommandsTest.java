package dev.sallyport.cli.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Certificates are shown and revoked. */
class CertificatesCommandsTest extends CommandsOverHttp {
    private static final String REVOKE = "POST /v1/certificates:revoke";

    @Test
    void certificatesAreListedAndOneIsFoundOnALaterPage() {
        service.on(
                "GET /v1/certificates",
                200,
                "{\"items\":[{\"serial\":\"aa\",\"spiffe_id\":\"spiffe://x/a\"}],\"next\":\"c\"}");
        Result list = run("certificates", "list");
        assertThat(list.out()).contains("SPIFFE_ID", "spiffe://x/a");
        assertThat(list.err()).contains("--after c");
        service.on("GET /v1/certificates", 200, "{\"items\":[],\"next\":\"c\"}");
        service.on("GET /v1/certificates", 200, "{\"items\":[{\"serial\":\"bb\",\"spiffe_id\":\"spiffe://x/b\"}]}");
        assertThat(run("certificates", "show", "BB").out()).contains("spiffe://x/b");
        Result none = run("certificates", "show", "cc");
        assertThat(none.exit()).isEqualTo(5);
        assertThat(none.err()).contains("sallyport ca status");
        assertThat(run("certificates", "show", "spiffe://x/b").out()).contains("bb");
    }

    @Test
    void oneThingIsRevokedWithAReason() throws IOException {
        service.on(REVOKE, 204, "");
        Result serial = run("certificates", "revoke", "--serial", "AB", "--reason", "lost", "--from-index", "7");
        assertThat(serial.exit()).as(serial.err()).isZero();
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"serial\":\"ab\",\"reason\":\"lost\",\"from_index\":7}");
        assertThat(run("certificates", "revoke", "--id", "spiffe://x/a", "--reason", "lost")
                        .exit())
                .isZero();
        assertThat(service.asked().getLast().body()).isEqualTo("{\"spiffe_id\":\"spiffe://x/a\",\"reason\":\"lost\"}");
        Path file = Files.writeString(home.resolve("c.crt"), "PEM");
        Result shown = run("certificates", "revoke", "--file", file.toString(), "--reason", "forged");
        assertThat(shown.out()).contains("revoked").doesNotContain("PEM");
        assertThat(service.asked().getLast().body()).isEqualTo("{\"certificate\":\"PEM\",\"reason\":\"forged\"}");
    }

    @Test
    void withoutAReasonOrWithTwoThingsNothingIsSent() {
        service.on(REVOKE, 204, "");
        assertThat(run("certificates", "revoke", "--serial", "ab").exit()).isEqualTo(2);
        assertThat(run("certificates", "revoke", "--reason", "x").exit()).isEqualTo(2);
        assertThat(run("certificates", "revoke", "--serial", "ab", "--id", "x", "--reason", "x")
                        .exit())
                .isEqualTo(2);
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void anAuthorityIsRevokedByTheBeginningOfItsName() {
        String items = "{\"items\":[{\"authority\":\"aabbccdd01\",\"purpose\":\"tls\",\"state\":\"retired\","
                + "\"certificates\":2},{\"authority\":\"aabbccdd02\",\"state\":\"issuing\"}]}";
        service.on("GET /v1/authorities", 200, items).on("POST /v1/authorities:revoke", 204, "");
        assertThat(run("ca", "authorities").out()).contains("AUTHORITY", "aabbccdd01", "retired");
        Result revoked = run("ca", "revoke", "AABBCCDD01", "--reason", "stolen", "--from-index", "7");
        assertThat(revoked.exit()).as(revoked.err()).isZero();
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"authority\":\"aabbccdd01\",\"reason\":\"stolen\",\"now\":false,\"from_index\":7}");
        assertThat(run("ca", "revoke", "aabbccdd02", "--reason", "stolen", "--now")
                        .exit())
                .isZero();
        assertThat(service.asked().getLast().body()).contains("\"now\":true");
        int sent = service.asked().size();
        // Two begin so; none does; too short to be meant.
        assertThat(run("ca", "revoke", "aabbccdd", "--reason", "x").exit()).isEqualTo(5);
        assertThat(run("ca", "revoke", "ffffff", "--reason", "x").exit()).isEqualTo(5);
        assertThat(run("ca", "revoke", "aab", "--reason", "x").exit()).isEqualTo(2);
        assertThat(service.asked().stream().skip(sent))
                .allMatch(asked -> asked.method().equals("GET"));
    }
}
