package dev.sallyport.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.sallyport.attestation.cases.CaseFile;
import dev.sallyport.attestation.cases.Cases;
import dev.sallyport.attestation.cases.EvidenceBundle;
import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.cli.Sallyport;
import dev.sallyport.cli.command.Surroundings;
import dev.sallyport.pagetest.Browser;
import dev.sallyport.pagetest.BrowserWindow;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.VerifierKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What leaves the ledger: a case that a person reads, and evidence that proves itself to our verifiers, openssl, Go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvidenceBundleTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RunningLedger ledger;
    private Traffic traffic;
    private SampleCall call;
    private byte[] zip;
    private Map<String, byte[]> files;

    @BeforeAll
    void exportOneCall() throws Exception {
        ledger = RunningLedger.start();
        traffic = new Traffic(ledger);
        call = FleetSigners.call();
        traffic.send(call.records());
        // No waiting here: the bundle waits for the case to be complete.
        zip = ledger.get("/v1/cases/" + call.id() + "/bundle?wait=30", TestCallers.AUDITOR)
                .body();
        files = unzip(zip);
    }

    @AfterAll
    void stop() {
        traffic.close();
        ledger.close();
    }

    @Test
    void theBundleHoldsTheWholeCallAndEveryKeyUsed() throws Exception {
        JsonNode contents = JSON.readTree(files.get("bundle.json"));
        List<String> ofTheCall = new ArrayList<>();
        List<Long> indexes = new ArrayList<>();
        contents.get("statements").forEach(listed -> {
            indexes.add(listed.get("index").longValue());
            if (listed.get("call").booleanValue()) {
                ofTheCall.add(listed.get("digest").stringValue());
            }
        });
        assertThat(ofTheCall)
                .containsExactlyInAnyOrderElementsOf(
                        call.digests().stream().map(Digest::hex).toList());
        assertThat(indexes).isSorted();
        assertThat(contents.get("proposal_id").stringValue()).isEqualTo(call.id());

        StatementVerifier verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        VerifierKey logKey =
                VerifierKey.parse(TestFleet.shared().trust().logKeys().getFirst());
        List<String> boundBefore = new ArrayList<>();
        for (JsonNode listed : contents.get("statements")) {
            String name = "statements/" + listed.get("index").longValue();
            VerifiedStatement verified = verifier.verify(
                    new SignedStatement(Envelope.decode(file(name + ".dsse.json")), chain(file(name + ".pem"))));
            assertThat(verified.digest().hex()).isEqualTo(listed.get("digest").stringValue());
            TlogProof proof = TlogProof.parse(file(name + ".tlog-proof"));
            assertThat(proof.index()).isEqualTo(listed.get("index").longValue());
            assertThat(proof.checkpoint()).isEqualTo(files.get("checkpoint"));
            Checkpoint checkpoint = proof.verify(file(name + ".dsse.json"), List.of(logKey));
            assertThat(checkpoint.size()).isEqualTo(contents.get("tree_size").longValue());
            String certificate = "certificate:" + verified.chain().serials().getFirst();
            if (verified.statement().subject().name().startsWith("certificate:")) {
                boundBefore.add(verified.statement().subject().name());
            }
            assertThat(boundBefore).contains(certificate);
        }
    }

    @Test
    void theCommandProvesEveryClaimOfTheBundle(@TempDir Path folder) throws Exception {
        Run verified = verify(folder, zip);
        assertThat(verified.exit()).as(verified.output()).isZero();
        assertThat(verified.output()).contains("PROVEN: every claim holds.").doesNotContain("leaves out");
    }

    @Test
    void aBundleThatWouldBeTooLargeSaysWhatItLeavesOutAndIsProven(@TempDir Path folder) throws Exception {
        SampleCall flooded = traffic.call();
        List<Digest> flood = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            SampleCall.Sent audit = Traffic.audit(AuditEvent.STATEMENT_WITHOUT_EFFECT, flooded.subject());
            flood.add(audit.record().digest());
            traffic.send(audit);
        }
        traffic.awaitEnded(flood);
        CaseFile file = ledger.bean(Cases.class)
                .read(
                        new ProposalId(flooded.id()),
                        new Cases.Reading(
                                new Reader(SampleCall.WORKSPACE, "person:auditor"), true, true, Duration.ofSeconds(30)))
                .orElseThrow();
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        new EvidenceBundle(
                        file, ledger.bean(LogReader.class), TestFleet.shared().trust(), Instant.now(), 1)
                .write(small);
        Run verified = verify(folder, small.toByteArray());
        assertThat(verified.exit()).as(verified.output()).isZero();
        assertThat(verified.output()).contains("it leaves out 5 statement(s) about the call and 3 detail(s)");
    }

    @Test
    void aPersonReadsTheCaseAsAStoryAndTakesTheEvidence(@TempDir Path folder) throws Exception {
        try (Browser browser = new Browser()) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                int width = scheme == ColorScheme.LIGHT ? 1200 : 375;
                try (BrowserWindow window = browser.window(width, 844, scheme, ledger.open("/ledger"))) {
                    Page page = window.page();
                    page.context()
                            .addCookies(List.of(new Cookie(SessionIntrospector.COOKIE, TestCallers.AUDITORS_SESSION)
                                    .setUrl(ledger.open("/"))));
                    page.navigate(ledger.open("/ledger"));
                    readable(window, "ledger", width);
                    page.getByLabel("Id of the call").fill(" " + call.id() + " ");
                    page.keyboard().press("Enter");
                    page.waitForURL("**/ledger/cases/" + call.id());
                    PlaywrightAssertions.assertThat(page.locator(".steps b")).hasText(new String[] {
                        "proposed", "asked", "answered", "permitted", "execution-started", "executed", "call-ended"
                    });
                    PlaywrightAssertions.assertThat(page.locator("#content")).containsText("succeeded (OK)");
                    PlaywrightAssertions.assertThat(page.locator(".exact")).containsText("hello " + call.id());
                    readable(window, "case", width);
                    assertThat(window.complaints()).isEmpty();
                }
            }
        }
        Run taken = verify(
                folder,
                Client.anonymous()
                        .exchange(
                                "GET",
                                ledger.open("/ledger/cases/" + call.id() + "/bundle"),
                                new byte[0],
                                "Cookie",
                                SessionIntrospector.COOKIE + "=" + TestCallers.AUDITORS_SESSION)
                        .body());
        assertThat(taken.output()).contains("PROVEN: every claim holds.");
    }

    private static void readable(BrowserWindow window, String name, int width) {
        window.screenshot("ledger-" + name + "-" + width, true);
        assertThat(window.barriers()).as(name).isEmpty();
        assertThat(window.pageWidth()).as(name).isLessThanOrEqualTo(width);
        assertThat(window.smallTargets()).as(name).isEmpty();
    }

    @Test
    void thePagesShowEachWhatTheApiWould() {
        String page = "/ledger/cases/" + call.id();
        WebVisitor nobody = new WebVisitor(ledger);
        for (String path : List.of("/ledger", page, page + "/bundle", "/ledger/foo")) {
            HttpResponse<String> answer = nobody.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.body()).as(path).contains("https://approval.example/console/sign-in");
        }
        assertThat(ledger.get(page, TestCallers.AUDITOR).statusCode())
                .as("a token opens no page")
                .isEqualTo(401);
        WebVisitor auditor = visitor(TestCallers.AUDITORS_SESSION);
        assertThat(auditor.get(page).body()).contains("hello " + call.id(), "/bundle");
        assertThat(auditor.get("/ledger?call=nonsense").body()).contains("This is no id of a call");
        assertThat(auditor.get("/ledger/foo").statusCode()).isEqualTo(404);
        assertThat(auditor.get("/ledger/cases/01JD0000000000000000000009").body())
                .contains("has no such call");
        WebVisitor operator = visitor(TestCallers.OPERATORS_SESSION);
        assertThat(operator.get(page).body())
                .contains("call-ended", "ledger.export")
                .doesNotContain("hello " + call.id(), "/bundle");
        assertThat(operator.get(page + "/bundle").statusCode()).isEqualTo(403);
        assertThat(visitor(TestCallers.FOREIGNERS_SESSION).get(page).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theCaseOfASkillsCallTellsWhoseItIsAndWhatItWasGranted() {
        SampleCall ofSkill = FleetSigners.call().editPredicate(SampleStep.EXECUTED, executed -> {
            ((ObjectNode) executed.path("ran")).put("kind", "wasm");
            ArrayNode facts = (ArrayNode) executed.at("/sandbox/facts");
            Map.of(
                            "skill",
                            "acme.fetch 1.0.0",
                            "publisher",
                            "acme",
                            "asks_for",
                            "secret api_token for api.example.com",
                            "granted",
                            "http",
                            "denied",
                            "clock",
                            "fuel_used",
                            "815",
                            "fuel_limit",
                            "4711")
                    .forEach((name, value) -> facts.addObject()
                            .put("name", name)
                            .put("state", "enforced")
                            .put("value", value));
        });
        traffic.send(ofSkill.records());
        traffic.awaitEnded(ofSkill.digests());

        WebVisitor auditor = visitor(TestCallers.AUDITORS_SESSION);
        assertThat(auditor.get("/ledger/cases/" + ofSkill.id()).body())
                .contains("acme.fetch 1.0.0", "Published by", "Granted to it", "Asked for and not granted", "Module")
                .contains("Its manifest asks for", "secret api_token for api.example.com", "Fuel used", "815", "4711");
        assertThat(auditor.get("/ledger/cases/" + call.id()).body())
                .as("control: a call of another tool")
                .doesNotContain("Published by");
    }

    private WebVisitor visitor(String session) {
        WebVisitor visitor = new WebVisitor(ledger);
        visitor.keep(SessionIntrospector.COOKIE, session);
        return visitor;
    }

    private static Run verify(Path folder, byte[] zip) throws Exception {
        Path bundle = Files.write(folder.resolve("case.sallyport.zip"), zip);
        Path trust = Files.write(
                folder.resolve("trust.json"), TestFleet.shared().trust().toJson());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, UTF_8);
        Surroundings offline =
                new Surroundings(InputStream.nullInputStream(), out, out, Map.of(), folder, Clock.systemUTC());
        int exit = Sallyport.execute(offline, "verify", bundle.toString(), "--trust", trust.toString(), "--all");
        return new Run(exit, said.toString(UTF_8));
    }

    @Test
    void detailsHaveTheirDigestsAndTrustIsTheFleets() {
        for (var detail : List.of(call.terms().args, call.terms().prompt, call.terms().output)) {
            assertThat(files.get("details/" + detail.digest().hex())).isEqualTo(detail.bytes());
        }
        assertThat(files.keySet().stream().filter(name -> name.startsWith("details/")))
                .hasSize(3);
        assertThat(TrustRoots.parse(file("trust.json")))
                .isEqualTo(TestFleet.shared().trust());
    }

    @Test
    void theReadmesCommandsVerifyEveryStatementWithOpenssl(@TempDir Path folder) throws Exception {
        unpack(folder);
        String readme = new String(file("README.md"), UTF_8);
        StringBuilder commands = new StringBuilder("set -eu\n");
        readme.lines()
                .filter(line -> line.startsWith("       "))
                .forEach(line -> commands.append(line.strip()).append('\n'));
        assertThat(commands).contains("openssl verify", "openssl pkeyutl -verify", "sha256sum details/*");
        for (JsonNode listed : JSON.readTree(files.get("bundle.json")).get("statements")) {
            Run run = run(folder, "N=" + listed.get("index").longValue() + "\n" + commands);
            assertThat(run.exit()).as(run.output()).isZero();
            assertThat(run.output()).contains("Signature Verified Successfully");
        }
        Path statement = folder.resolve("statements/" + firstIndex() + ".dsse.json");
        byte[] changed = Files.readAllBytes(statement);
        changed[30] ^= 1;
        Files.write(statement, changed);
        assertThat(run(folder, "N=" + firstIndex() + "\n" + commands).exit()).isNotZero();
    }

    @Test
    void goVerifiesTheWholeLogAsServed(@TempDir Path folder) throws Exception {
        VerifierKey key = VerifierKey.parse(TestFleet.shared().trust().logKeys().getFirst());
        byte[] older = file("checkpoint");
        traffic.call();
        byte[] newer = ledger.get("/checkpoint", "").body();
        long size = Checkpoint.open(newer, List.of(key)).size();
        long olderSize = Checkpoint.open(older, List.of(key)).size();
        assertThat(size).isGreaterThan(olderSize);
        write(folder, "vkey", key.toString().getBytes(UTF_8));
        write(folder, "checkpoint.old", older);
        write(folder, "checkpoint", newer);
        StringBuilder consistency = new StringBuilder();
        JSON.readTree(ledger.text("/v1/consistency?from=" + olderSize + "&to=" + size, TestCallers.AUDITOR))
                .get("hashes")
                .forEach(hash -> consistency.append(hash.stringValue()).append('\n'));
        write(folder, "consistency", consistency.toString().getBytes(UTF_8));
        String tile = TileId.inTree(0, 0, size).path();
        String bundle = BundleId.inTree(0, size).path();
        write(folder, tile, ledger.get("/" + tile, "").body());
        write(folder, bundle, ledger.get("/" + bundle, TestCallers.AUDITOR).body());
        write(folder, "proofs/0", file("statements/" + firstIndex() + ".tlog-proof"));
        assertThat(firstIndex()).isZero();

        assertThat(go(folder).output()).isEqualTo("verified " + size + "\n");
        byte[] entries = Files.readAllBytes(folder.resolve(bundle));
        entries[entries.length / 2] ^= 1;
        write(folder, bundle, entries);
        assertThat(go(folder).exit()).isNotZero();
    }

    private static Run go(Path folder) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "/usr/lib/go-1.19/bin/go", "run", "../../libs/tlog/src/test/go/verify.go", folder.toString());
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOPATH", "/usr/share/gocode");
        builder.environment().put("GOFLAGS", "");
        builder.environment()
                .put("GOCACHE", Path.of("target/go-cache").toAbsolutePath().toString());
        return run(builder);
    }

    private long firstIndex() {
        return JSON.readTree(files.get("bundle.json")).at("/statements/0/index").longValue();
    }

    private byte[] file(String name) {
        byte[] content = files.get(name);
        assertThat(content).as(name).isNotNull();
        return Objects.requireNonNull(content);
    }

    private void unpack(Path folder) throws Exception {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            write(folder, file.getKey(), file.getValue());
        }
    }

    private static void write(Path folder, String name, byte[] content) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static Map<String, byte[]> unzip(byte[] zip) throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    private static List<String> chain(byte[] pem) {
        return Arrays.stream(new String(pem, UTF_8).split("-----END CERTIFICATE-----"))
                .map(part -> part.replace("-----BEGIN CERTIFICATE-----", "").replaceAll("\\s", ""))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private record Run(int exit, String output) {}

    private static Run run(Path folder, String script) throws Exception {
        return run(new ProcessBuilder("bash", "-c", script).directory(folder.toFile()));
    }

    private static Run run(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), output);
    }
}
