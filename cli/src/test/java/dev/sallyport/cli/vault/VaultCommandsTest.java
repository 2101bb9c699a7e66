package dev.sallyport.cli.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.StandInService.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets go in and never come out. */
class VaultCommandsTest extends CommandsOverHttp {
    @Test
    void aSecretGoesInFromStandardInputAndNowhereElse() {
        service.on("PUT /v1/secrets/db", 200, "{\"name\":\"db\",\"version\":1,\"reference\":\"vault://w/db\"}");
        Result result = command().input("s3cret\n").of(options("vault", "put", "db", "--host", "db.example"));
        assertThat(result.exit()).isZero();
        assertThat(service.asked().getFirst().body()).isEqualTo("s3cret");
        assertThat(service.asked().getFirst().headers()).containsEntry("sallyport-secret-hosts", "db.example");
        assertThat(result.out() + result.err()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "s3cret, s3cret",
        "s3cret\\n, s3cret",
        "s3cret\\r\\n, s3cret",
        "päss two\\n, päss two",
        "s3cret\\n\\n, s3cret\\n\\n",
        "first\\nsecond\\n, first\\nsecond\\n",
        "a\\0b\\n, a\\0b\\n"
    })
    void onlyTheLineBreakBehindOneLineIsLeftOut(String given, String sent) {
        service.on("PUT /v1/secrets/db", 200, "{\"name\":\"db\",\"version\":1,\"reference\":\"vault://w/db\"}");

        assertThat(command()
                        .input(given.translateEscapes())
                        .of(options("vault", "put", "db"))
                        .exit())
                .isZero();

        assertThat(service.asked().getFirst().body()).isEqualTo(sent.translateEscapes());
    }

    @Test
    void anEmptyOrTooLongSecretIsNotSent() {
        for (String nothing : List.of("", "\n", "\r\n")) {
            assertThat(command()
                            .input(nothing)
                            .of(options("vault", "put", "db"))
                            .exit())
                    .isEqualTo(2);
        }
        assertThat(command()
                        .input("x".repeat(64 * 1024 + 1))
                        .of(options("vault", "put", "db"))
                        .exit())
                .isEqualTo(2);
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void theCallsThatHadASecretAreATable() {
        service.on(
                "GET /v1/secrets/db/uses",
                200,
                "{\"items\":[{\"proposal_id\":\"01JD\",\"version\":2,\"node\":\"n\",\"redeemed_at\":\"t\"}],\"next\":null}");
        service.on("GET /v1/secrets/db/uses", 200, "{\"items\":[],\"next\":null}");
        Result result = run("vault", "uses", "db");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("PROPOSAL_ID", "01JD", "REDEEMED_AT").doesNotContain("{");
        assertThat(run("vault", "uses", "db").out()).contains("No call has had this secret.");
    }

    @Test
    void aSecretThatLeakedGetsANewValueOnTheOldTermsAndTheCallsThatHadItAreNamed() {
        service.on("GET /v1/secrets/db", 200, """
                {"name":"db","version":2,"versions":[
                  {"version":1,"hosts":["old.example"],"deliveries":["file"]},
                  {"version":2,"hosts":["db.example"],"deliveries":["proxy"],"principals":[],"channels":["api"],
                   "expires_at":null,"reads_per_minute":7}]}
                """);
        service.on("PUT /v1/secrets/db", 201, "{\"name\":\"db\",\"version\":3}");
        service.on("GET /v1/secrets/db/uses", 200, """
                {"items":[{"proposal_id":"C","version":3},{"proposal_id":"B","version":2}],"next":"B"}
                """);
        service.on("GET /v1/secrets/db/uses", 200, "{\"items\":[{\"proposal_id\":\"A\",\"version\":1}]}");
        Result result = command().input("n3w\n").of(options("vault", "rotate", "db", "--json"));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("\"replaces\" : 2", "\"proposal_id\" : \"A\"", "\"proposal_id\" : \"B\"")
                .doesNotContain("\"proposal_id\" : \"C\"", "n3w");
        Asked put = service.asked().stream()
                .filter(asked -> asked.method().equals("PUT"))
                .findFirst()
                .orElseThrow();
        assertThat(put.body()).isEqualTo("n3w");
        assertThat(put.headers())
                .containsEntry("sallyport-secret-hosts", "db.example")
                .containsEntry("sallyport-secret-deliveries", "proxy")
                .containsEntry("sallyport-secret-channels", "api")
                .containsEntry("sallyport-secret-reads-per-minute", "7")
                .doesNotContainKeys("sallyport-secret-principals", "sallyport-secret-expires-at");
    }

    @Test
    void aVaultWithARowThatDoesNotOpenEndsWithOne() {
        service.on("POST /v1/vault/verify", 200, "{\"opened\":2,\"failed\":[\"01JD\"]}");
        assertThat(run("vault", "verify").exit()).isEqualTo(1);
    }

    @Test
    void theVaultIsSealedUnsealedAndItsRingRotated() {
        for (String act : List.of("seal", "unseal", "rotate")) {
            service.on("POST /v1/vault/" + act, 200, "{\"state\":\"after-" + act + "\",\"terms\":[{\"term\":1}]}");
            Result result = run("vault", act);
            assertThat(result.exit()).isZero();
            assertThat(result.out()).contains("after-" + act);
        }
    }

    /**
     * They count when the service has them back, so a folder that is full or an answer that is lost changes nothing.
     */
    @Test
    void sharesAreConfirmedOnlyAfterTheyWereWritten() throws IOException {
        String made = "{\"shares\":[\"sp_shr_A\",\"sp_shr_B\",\"sp_shr_C\"],\"threshold\":2}";
        service.on("POST /v1/vault/share", 200, made)
                .on("POST /v1/vault/share:confirm", 200, "{\"state\":\"unsealed\",\"terms\":[]}")
                .on("POST /v1/vault/share:confirm", 403, problem(403, "PERMISSION_MISSING", "no"));
        Path folder = home.resolve("shares");
        Result result = share(folder);
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(Files.readString(folder.resolve("share-3.txt"))).isEqualTo("sp_shr_C\n");
        assertThat(service.asked().getLast().body()).isEqualTo("{\"shares\":[\"sp_shr_A\",\"sp_shr_B\"]}");
        assertThat(result.out() + result.err()).doesNotContain("sp_shr_");
        // A folder that is there already: nothing is made, so nothing is confirmed.
        int asked = service.asked().size();
        assertThat(share(folder).exit()).isNotZero();
        assertThat(service.asked()).hasSize(asked);
        // A service that does not take them back: the command says so by its exit.
        assertThat(share(home.resolve("again")).exit()).isNotZero();
        assertThat(service.asked()).hasSize(asked + 2);
    }

    private Result share(Path folder) {
        return run("vault", "share", "--people", "3", "--threshold", "2", folder.toString());
    }

    @Test
    void unsealingIsNotForEverybody() {
        service.on("POST /v1/vault/unseal", 403, problem(403, "PERMISSION_MISSING", "no"));
        assertThat(run("vault", "unseal").exit()).isNotZero();
    }

    @Test
    void nothingThatFailedIsSaidAndTheRingIsATable() {
        service.on("POST /v1/vault/verify", 200, "{\"opened\":2,\"failed\":[]}");
        Result verified = run("vault", "verify");
        assertThat(verified.exit()).isZero();
        assertThat(verified.out()).containsPattern("failed +none").doesNotContain("[");
        service.on(
                "GET /v1/vault/status",
                200,
                "{\"state\":\"unsealed\",\"terms\":[{\"term\":1,\"active\":true,\"created_at\":\"t\"}]}");
        assertThat(run("vault", "status").out()).contains("TERM", "ACTIVE").doesNotContain("{", "[");
    }
}
