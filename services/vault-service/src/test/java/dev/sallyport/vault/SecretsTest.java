package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecretsTest {
    private static final String RESOLVE = "/internal/v1/secrets:resolve";

    private static RunningVault vault;

    @BeforeAll
    static void start() {
        vault = RunningVault.start(Map.of("sallyport.vault.rotate-after-seals", "1000"));
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    @Test
    void aSecretHasVersionsAndMetadataButNobodySeesItsValue() throws Exception {
        RunningVault.Answer first = put("db-password", "first-value", Map.of("Sallyport-Secret-Hosts", "DB.example"));
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.json().path("reference").asString())
                .isEqualTo("vault://" + TestAccess.WORKSPACE + "/db-password");
        put("db-password", "second-value", Map.of("Sallyport-Secret-Deliveries", "pipe, file"));
        RunningVault.Answer found = get("/v1/secrets/db-password");
        assertThat(found.json().path("current_version").asInt()).isEqualTo(2);
        assertThat(found.json().path("versions").size()).isEqualTo(2);
        assertThat(found.json().path("versions").get(0).path("state").asString())
                .isEqualTo("current");
        assertThat(found.json().path("versions").get(1).path("hosts").get(0).asString())
                .isEqualTo("db.example");
        RunningVault.Answer list = get("/v1/secrets?limit=200");
        assertThat(list.text()).contains("db-password");
        for (RunningVault.Answer answer : List.of(first, found, list)) {
            assertThat(answer.text()).doesNotContain("first-value", "second-value");
        }
        assertThat(vault.audits(AuditEvent.SECRET_WRITTEN))
                .filteredOn(audit -> "db-password".equals(audit.attributes().get("name")))
                .extracting(audit -> audit.attributes().get("version"))
                .containsExactly("1", "2");
    }

    @Test
    void aCanaryIsFoundInNoTableLogStatementOrAnswer() throws Exception {
        String canary = "CANARY-7b1f0c2e9d84-tail";
        PrintStream console = System.out;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        StringBuilder answers = new StringBuilder();
        System.setOut(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            answers.append(put("canary", canary, Map.of()).text());
            answers.append(get("/v1/secrets/canary").text());
            answers.append(get("/v1/secrets").text());
            answers.append(
                    resolve("vault://" + TestAccess.WORKSPACE + "/canary").text());
            answers.append(put("Not-A-Name", canary, Map.of()).text());
            answers.append(vault.with(TestAccess.OWNER, "POST", "/v1/vault/verify", null)
                    .text());
        } finally {
            System.setOut(console);
        }
        String everything = answers + logged.toString(StandardCharsets.UTF_8) + tables();
        for (String form : List.of(
                canary,
                Base64.getEncoder()
                        .encodeToString(canary.getBytes(StandardCharsets.US_ASCII))
                        .substring(0, 20),
                HexFormat.of().formatHex(canary.getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(everything).doesNotContain(form);
        }
        // The controls: the search sees names, which are stored in the clear, in both places.
        assertThat(tables()).contains("canary");
        assertThat(answers.toString()).contains("canary");
    }

    @Test
    void changedSwappedAndRolledBackRowsDoNotOpen() throws Exception {
        put("alpha", "alpha-value-1", Map.of("Sallyport-Secret-Hosts", "a.example"));
        put("alpha", "alpha-value-2", Map.of("Sallyport-Secret-Hosts", "a.example"));
        put("beta", "beta-value-1", Map.of("Sallyport-Secret-Hosts", "a.example"));
        put("beta", "beta-value-2", Map.of("Sallyport-Secret-Hosts", "a.example"));
        String alpha = id("alpha");
        String beta = id("beta");
        assertThat(damaged()).as("the control: before anything is touched").isEmpty();
        for (String change : List.of(
                "update secret_version set hosts = '{evil.example}' where secret_id = '" + alpha + "' and version = 2",
                "update secret_version set deliveries = '{env}' where secret_id = '" + alpha + "' and version = 2",
                "update secret_version set principals = '{agent:evil}' where secret_id = '" + alpha
                        + "' and version = 2",
                "update secret_version set expires_at = now() + interval '1 year' where secret_id = '" + alpha
                        + "' and version = 2",
                "update secret_version set reads_per_minute = 9999 where secret_id = '" + alpha + "' and version = 2",
                "update secret_version set header = '\\x534c59560201' where secret_id = '" + alpha
                        + "' and version = 2",
                "update secret_version set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where secret_id = '"
                        + alpha + "' and version = 2",
                "update secret_version set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1) "
                        + "where secret_id = '" + alpha + "' and version = 2",
                // Rolled back: the second version's row gets the first one's content.
                copy(alpha, 1, alpha, 2),
                // Swapped with another secret's.
                copy(beta, 2, alpha, 2),
                "update secret set current_version = 1 where secret_id = '" + alpha + "'",
                "update secret set name = 'gamma' where secret_id = '" + alpha + "'",
                "update secret set workspace_id = '" + TestAccess.OTHER_WORKSPACE + "' where secret_id = '" + alpha
                        + "'")) {
            keepRows(alpha);
            assertThat(vault.jdbc().sql(change).update()).as(change).isOne();
            assertThat(damaged()).as(change).isNotEmpty().allMatch(which -> which.startsWith(alpha));
            bringRowsBack(alpha);
            assertThat(damaged()).as("after putting back: " + change).isEmpty();
        }
    }

    @Test
    void aDamagedSecretIsNotResolved() throws Exception {
        put("edited", "edited-value", Map.of("Sallyport-Secret-Hosts", "a.example"));
        String reference = "vault://" + TestAccess.WORKSPACE + "/edited";
        assertThat(resolve(reference)
                        .json()
                        .path("secrets")
                        .get(0)
                        .path("hosts")
                        .get(0)
                        .asString())
                .isEqualTo("a.example");
        keepRows(id("edited"));
        vault.jdbc()
                .sql("update secret_version set hosts = '{evil.example}' where secret_id = ?")
                .param(id("edited"))
                .update();
        RunningVault.Answer answer = resolve(reference);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("SECRET_DAMAGED");
        assertThat(answer.text()).doesNotContain("evil.example");
        bringRowsBack(id("edited"));
    }

    @Test
    void resolutionTellsPolicyServiceTheTermsAndNobodyElseAnything() throws Exception {
        put(
                "scoped",
                "scoped-value",
                Map.of("Sallyport-Secret-Principals", "agent:demo", "Sallyport-Secret-Channels", "api"));
        String reference = "vault://" + TestAccess.WORKSPACE + "/scoped";
        RunningVault.Answer answer = resolve(reference);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("secrets").get(0).path("version").asInt()).isOne();
        assertThat(resolve("vault://default/scoped#1")
                        .json()
                        .path("secrets")
                        .get(0)
                        .path("reference")
                        .asString())
                .isEqualTo(reference);
        for (String refused : List.of(
                "vault://" + TestAccess.OTHER_WORKSPACE + "/scoped",
                "vault://elsewhere/scoped",
                reference + "#2",
                reference + "x",
                "vault:/x")) {
            assertThat(resolve(refused)
                            .json()
                            .path("secrets")
                            .get(0)
                            .path("code")
                            .asString())
                    .as(refused)
                    .isNotEmpty();
        }
        assertThat(resolve(Map.of("principal", "agent:other"), reference)
                        .json()
                        .path("secrets")
                        .get(0)
                        .path("code")
                        .asString())
                .isEqualTo("SECRET_NOT_AVAILABLE");
        for (String identity : List.of("approval-service", "executor-service", "node-default-node-1", "owner")) {
            assertThat(vault.as(identity, "POST", RESOLVE, Map.of()).status()).isEqualTo(403);
        }
    }

    @Test
    void anExpiredSecretIsNotAvailable() throws Exception {
        put(
                "brief",
                "brief-value",
                Map.of(
                        "Sallyport-Secret-Expires-At",
                        Instant.now().plusMillis(1500).toString()));
        String reference = "vault://" + TestAccess.WORKSPACE + "/brief";
        assertThat(resolve(reference).json().path("secrets").get(0).path("code").isMissingNode())
                .isTrue();
        Awaitility.await()
                .untilAsserted(() -> assertThat(resolve(reference)
                                .json()
                                .path("secrets")
                                .get(0)
                                .path("code")
                                .asString(""))
                        .isEqualTo("SECRET_NOT_AVAILABLE"));
        assertThat(put("brief", "brief-value", Map.of("Sallyport-Secret-Expires-At", "2020-01-01T00:00:00Z"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void deletingDestroysEveryVersionAndTheNameStartsAnew() throws Exception {
        put("gone", "gone-value-1", Map.of());
        put("gone", "gone-value-2", Map.of());
        String first = id("gone");
        assertThat(vault.with(TestAccess.OWNER, "DELETE", "/v1/secrets/gone", null)
                        .status())
                .isEqualTo(204);
        assertThat(get("/v1/secrets/gone").status()).isEqualTo(404);
        assertThat(vault.jdbc()
                        .sql("select count(*) from secret_version where secret_id = ?"
                                + " and (sealed is not null or wrapped_key is not null)")
                        .param(first)
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(put("gone", "again-value", Map.of()).json().path("version").asInt())
                .isOne();
        assertThat(id("gone")).isNotEqualTo(first);
        assertThat(vault.audits(AuditEvent.SECRET_DELETED))
                .extracting(Audit::attributes)
                .anySatisfy(attributes -> assertThat(attributes).containsEntry("name", "gone"));
    }

    @Test
    void anotherWorkspaceSeesNothing() throws Exception {
        put("mine", "mine-value", Map.of());
        assertThat(vault.with(TestAccess.STRANGER, "GET", "/v1/secrets/mine", null)
                        .status())
                .isEqualTo(404);
        assertThat(vault.with(TestAccess.STRANGER, "DELETE", "/v1/secrets/mine", null)
                        .status())
                .isEqualTo(404);
        assertThat(vault.with(TestAccess.STRANGER, "GET", "/v1/secrets", null).text())
                .doesNotContain("mine");
        assertThat(get("/v1/secrets/mine").status()).isEqualTo(200);
    }

    @Test
    void secretsAreListedPageByPageByName() throws Exception {
        for (String name : List.of("page-a", "page-b", "page-c")) {
            put(name, "some-value", Map.of());
        }
        RunningVault.Answer first = get("/v1/secrets?after=page&limit=2");
        assertThat(first.json()
                        .path("items")
                        .valueStream()
                        .map(item -> item.path("name").asString()))
                .containsExactly("page-a", "page-b");
        assertThat(first.json().path("next").asString()).isEqualTo("page-b");
        RunningVault.Answer second = get("/v1/secrets?after=page-b&limit=1");
        assertThat(second.json().path("items").get(0).path("name").asString()).isEqualTo("page-c");
        assertThat(get("/v1/secrets?limit=201").status()).isEqualTo(400);
        assertThat(get("/v1/secrets?limit=0").status()).isEqualTo(400);
    }

    @Test
    void permissionsAreNeeded() throws Exception {
        put("guarded", "guarded-value", Map.of());
        for (String token : List.of(TestAccess.AGENT, TestAccess.AUDITOR)) {
            assertThat(vault.with(token, "GET", "/v1/secrets", null).status()).isEqualTo(403);
            assertThat(vault.with(token, "DELETE", "/v1/secrets/guarded", null).status())
                    .isEqualTo(403);
            assertThat(vault.put(token, "guarded", "x-value-x".getBytes(StandardCharsets.US_ASCII), Map.of())
                            .status())
                    .isEqualTo(403);
            assertThat(vault.with(token, "POST", "/v1/vault/seal", null).status())
                    .isEqualTo(403);
        }
        assertThat(vault.with(TestAccess.ADMIN, "POST", "/v1/vault/verify", null)
                        .status())
                .isEqualTo(403);
        assertThat(vault.with(null, "GET", "/v1/secrets", null).status()).isEqualTo(401);
    }

    @Test
    void malformedSecretsAreRefusedWithTheFieldAndStoreNothing() throws Exception {
        Map<String, Map<String, String>> headers = Map.of(
                "Sallyport-Secret-Hosts", Map.of("Sallyport-Secret-Hosts", "not a host"),
                "Sallyport-Secret-Deliveries", Map.of("Sallyport-Secret-Deliveries", "pigeon"),
                "Sallyport-Secret-Principals", Map.of("Sallyport-Secret-Principals", "root"),
                "Sallyport-Secret-Expires-At", Map.of("Sallyport-Secret-Expires-At", "tomorrow"),
                "Sallyport-Secret-Reads-Per-Minute", Map.of("Sallyport-Secret-Reads-Per-Minute", "0"));
        for (Map<String, String> header : headers.values()) {
            RunningVault.Answer answer = put("malformed", "a-value-of-some-length", header);
            assertThat(answer.status()).as(header + " " + answer.text()).isEqualTo(400);
            assertThat(answer.json().path("errors").size()).as(answer.text()).isPositive();
        }
        assertThat(put("malformed", "short", Map.of()).status()).isEqualTo(400);
        assertThat(put("malformed", "x".repeat(64 * 1024 + 1), Map.of()).status())
                .isEqualTo(400);
        assertThat(put("Malformed", "a-value-of-some-length", Map.of()).status())
                .isEqualTo(400);
        assertThat(get("/v1/secrets/malformed").status()).isEqualTo(404);
        assertThat(put("largest", "x".repeat(64 * 1024), Map.of()).status()).isEqualTo(201);
    }

    private static RunningVault.Answer put(String name, String value, Map<String, String> headers) throws Exception {
        return vault.put(TestAccess.OWNER, name, value.getBytes(StandardCharsets.US_ASCII), headers);
    }

    private static RunningVault.Answer get(String path) throws Exception {
        return vault.with(TestAccess.OWNER, "GET", path, null);
    }

    private static RunningVault.Answer resolve(String reference) throws Exception {
        return resolve(Map.of(), reference);
    }

    private static RunningVault.Answer resolve(Map<String, String> changes, String reference) throws Exception {
        return vault.as(
                "policy-service",
                "POST",
                RESOLVE,
                Map.of(
                        "workspace_id",
                        TestAccess.WORKSPACE,
                        "workspace_name",
                        "default",
                        "principal",
                        changes.getOrDefault("principal", "agent:demo"),
                        "channel",
                        "api",
                        "references",
                        List.of(reference)));
    }

    private static String id(String name) {
        return vault.jdbc()
                .sql("select secret_id from secret where name = ? and deleted_at is null")
                .param(name)
                .query(String.class)
                .single();
    }

    private static List<String> damaged() throws Exception {
        RunningVault.Answer answer = vault.with(TestAccess.OWNER, "POST", "/v1/vault/verify", null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json()
                .path("failed")
                .valueStream()
                .map(node -> node.asString())
                .toList();
    }

    private static String copy(String from, int fromVersion, String to, int toVersion) {
        return "update secret_version t set term = f.term, header = f.header, wrapped_key = f.wrapped_key, "
                + "sealed = f.sealed, created_at = f.created_at from secret_version f where f.secret_id = '" + from
                + "' and f.version = "
                + fromVersion + " and t.secret_id = '" + to + "' and t.version = " + toVersion;
    }

    private static void keepRows(String id) {
        vault.jdbc().sql("drop table if exists kept_secret, kept_version").update();
        vault.jdbc()
                .sql("create table kept_secret as select * from secret where secret_id = '" + id + "'")
                .update();
        vault.jdbc()
                .sql("create table kept_version as select * from secret_version where secret_id = '" + id + "'")
                .update();
    }

    private static void bringRowsBack(String id) {
        vault.jdbc()
                .sql("delete from secret_version where secret_id = '" + id + "'")
                .update();
        vault.jdbc().sql("delete from secret where secret_id = '" + id + "'").update();
        vault.jdbc().sql("insert into secret select * from kept_secret").update();
        vault.jdbc()
                .sql("insert into secret_version select * from kept_version")
                .update();
        vault.jdbc().sql("drop table kept_secret, kept_version").update();
    }

    /** Every table of the database as text, bytes in both of PostgreSQL's forms. */
    private static String tables() {
        StringBuilder text = new StringBuilder();
        for (String table : vault.jdbc()
                .sql("select table_name from information_schema.tables where table_schema = 'public'")
                .query(String.class)
                .list()) {
            for (String format : List.of("hex", "escape")) {
                vault.jdbc()
                        .sql("select set_config('bytea_output', '" + format + "', false) || t::text from \"" + table
                                + "\" t")
                        .query(String.class)
                        .list()
                        .forEach(text::append);
            }
        }
        vault.outbox().forEach(record -> text.append(new String(record, StandardCharsets.US_ASCII)));
        return text.toString();
    }
}
