package dev.sallyport.executor.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.RuntimeOffer;
import dev.sallyport.executor.control.skill.Skills;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.SampleSkill;
import dev.sallyport.executor.fleet.TestPrincipals;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Skills from their installation to their end, over the API and as claims see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SkillLifeTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final NodeOffer MODULES =
            new NodeOffer(List.of(new RuntimeOffer(RuntimeKind.WASM, List.of(Tier.A), List.of(), List.of())));

    private ControlBench bench;

    @BeforeAll
    void start() {
        bench = new ControlBench(Map.of());
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    @Test
    void aSkillOfANewPublisherWaitsUntilItsFingerprintWasComparedAndThenRuns() throws Exception {
        KeyPair key = SampleSkill.key();
        String id = freshId();
        SampleSkill first = SampleSkill.of(id, "1.0.0", "first-" + tail(id), key, "clock = true");

        JsonNode installed = json(install(TestPrincipals.OWNER, first), 201);
        assertThat(installed.path("state").asString()).isEqualTo("quarantined");
        assertThat(installed.path("widens")).hasSize(2);
        assertThat(json(install(TestPrincipals.OWNER, first), 200)).isEqualTo(installed);
        ProposedCall early = permitted(first, "1.0.0+1");
        assertThat(bench.claim(bench.node, MODULES)).as("it is not enabled").isEmpty();
        assertThat(bench.control.phase(early.id)).contains("stopped");

        assertThat(refusal(enable(first, ""), 409)).isEqualTo("FINGERPRINT_NEEDED");
        assertThat(refusal(enable(first, fingerprint(SampleSkill.key())), 409)).isEqualTo("FINGERPRINT_NEEDED");
        assertThat(refusal(post(path(first) + ":enable", "{\"package_digest\":\"" + "0".repeat(64) + "\"}"), 409))
                .isEqualTo("SKILL_CHANGED_MEANWHILE");
        JsonNode enabled = json(enable(first, fingerprint(key)), 200);
        assertThat(enabled.path("state").asString()).isEqualTo("enabled");
        assertThat(enabled.path("granted").toString()).isEqualTo("[\"clock\"]");
        SkillPublication publication = publications(id).getLast();
        assertThat(publication.state()).isEqualTo("enabled");
        assertThat(publication.capabilities()).containsExactly("clock");
        assertThat(events(id))
                .containsExactly(AuditEvent.SKILL_QUARANTINED, AuditEvent.PUBLISHER_TRUSTED, AuditEvent.SKILL_ENABLED);

        ProposedCall other = permitted(first, "1.0.0+77");
        ProposedCall call = permitted(first, publication.toolVersion());
        assertThat(bench.claim(bench.node, MODULES)).as("another enabling").isEmpty();
        assertThat(bench.control.phase(other.id)).contains("stopped");
        assertThat(bench.claim(bench.node, MODULES)).isPresent();
        assertThat(bench.control.phase(call.id)).contains("running");
        assertThat(archive(first)).isEqualTo(first.archive);
    }

    @Test
    void aVersionThatAsksForMoreWaitsAndOneThatDoesNotReplacesTheOneBefore() throws Exception {
        KeyPair key = SampleSkill.key();
        String id = freshId();
        String publisher = "second-" + tail(id);
        SampleSkill first = SampleSkill.of(id, "1.0.0", publisher, key, "clock = true", "random = true");
        json(install(TestPrincipals.OWNER, first), 201);
        json(
                post(
                        path(first) + ":enable",
                        "{\"package_digest\":\"" + first.skill.digest() + "\",\"fingerprint\":\"" + fingerprint(key)
                                + "\",\"capabilities\":[\"clock\"]}"),
                200);

        SampleSkill wider = SampleSkill.of(
                id,
                "1.1.0",
                publisher,
                key,
                "clock = true",
                "http = [{ url = \"https://api.example.com/v1/*\", methods = [\"GET\"], max_response_bytes = 1024 }]");
        JsonNode waits = json(install(TestPrincipals.OWNER, wider), 201);
        assertThat(waits.path("state").asString()).isEqualTo("quarantined");
        assertThat(waits.path("widens").toString())
                .contains("https://api.example.com/v1/*")
                .doesNotContain("clock");
        SampleSkill same = SampleSkill.of(id, "1.2.0", publisher, key, "clock = true");
        JsonNode replaces = json(install(TestPrincipals.OWNER, same), 201);
        assertThat(replaces.path("state").asString()).isEqualTo("enabled");
        assertThat(replaces.path("granted").toString())
                .as("no more than before")
                .isEqualTo("[\"clock\"]");
        assertThat(state(first)).isEqualTo("quarantined");
        assertThat(publications(id)).extracting(SkillPublication::change).containsExactly(1L, 2L);
        assertThat(publications(id)).extracting(SkillPublication::release).containsExactly("1.0.0", "1.2.0");
        assertThat(refusal(
                        post(
                                path(same) + ":enable",
                                "{\"package_digest\":\"" + same.skill.digest() + "\",\"capabilities\":[\"http\"]}"),
                        400))
                .isEqualTo("CAPABILITY_NOT_ASKED_FOR");

        SampleSkill again = SampleSkill.of(id, "1.2.0", publisher, key, "random = true");
        assertThat(refusal(install(TestPrincipals.OWNER, again), 409)).isEqualTo("SKILL_VERSION_CONFLICT");
        SampleSkill older = SampleSkill.of(id, "1.1.5", publisher, key);
        assertThat(refusal(install(TestPrincipals.OWNER, older), 409)).isEqualTo("SKILL_VERSION_CONFLICT");
    }

    @Test
    void revokingAVersionStopsItsRunningCallsAndIsForEver() throws Exception {
        KeyPair key = SampleSkill.key();
        SampleSkill skill = SampleSkill.of(freshId(), "1.0.0", "third", key);
        String version = enabled(skill, key);
        ProposedCall running = permitted(skill, version);
        Claim claim = bench.claim(bench.node, MODULES).orElseThrow();
        assertThat(reasonToStop(running)).isEmpty();

        json(post(path(skill) + ":revoke", "{\"reason\":\"leaks\"}"), 200);

        assertThat(reasonToStop(running)).contains("SKILL_NOT_ENABLED");
        assertThat(claim.fence()).isPositive();
        ProposedCall late = permitted(skill, version);
        assertThat(bench.claim(bench.node, MODULES)).isEmpty();
        assertThat(bench.control.phase(late.id)).contains("stopped");
        assertThat(bench.control.published(late.id)).singleElement().satisfies(record -> {
            Audit audit = verify(record).predicate(Audit.class);
            assertThat(audit.event()).isEqualTo(AuditEvent.EXECUTION_STOPPED);
            assertThat(audit.attributes()).containsEntry("reason", "SKILL_NOT_ENABLED");
        });
        assertThat(publications(skill.skill.manifest().id()).getLast().state()).isEqualTo("revoked");
        assertThat(refusal(enable(skill, ""), 409)).isEqualTo("SKILL_REVOKED");
        assertThat(refusal(post(path(skill) + ":quarantine", "{\"reason\":\"x\"}"), 409))
                .isEqualTo("SKILL_REVOKED");
        assertThat(json(post(path(skill) + ":revoke", "{\"reason\":\"again\"}"), 200)
                        .path("reason")
                        .asString())
                .isEqualTo("leaks");
    }

    @Test
    void whatIsInQuarantineDoesNotRunUntilItIsEnabledAgain() throws Exception {
        KeyPair key = SampleSkill.key();
        SampleSkill skill = SampleSkill.of(freshId(), "1.0.0", "fourth", key);
        String version = enabled(skill, key);
        json(post(path(skill) + ":quarantine", "{\"reason\":\"traps too often\"}"), 200);
        ProposedCall call = permitted(skill, version);
        assertThat(bench.claim(bench.node, MODULES)).isEmpty();
        assertThat(bench.control.phase(call.id)).contains("stopped");

        json(enable(skill, ""), 200);

        permitted(skill, version);
        assertThat(bench.claim(bench.node, MODULES))
                .as("the permit is of the enabling before")
                .isEmpty();
        permitted(skill, "1.0.0+3");
        assertThat(bench.claim(bench.node, MODULES)).isPresent();
    }

    @Test
    void aVersionWhoseCallsFailInARowIsQuarantinedAndOneThatAnswersNowAndThenIsNot() throws Exception {
        KeyPair key = SampleSkill.key();
        SampleSkill failing = SampleSkill.of(freshId(), "1.0.0", "failing", key);
        KeyPair other = SampleSkill.key();
        SampleSkill answers = SampleSkill.of(freshId(), "1.0.0", "answering", other);
        KeyPair third = SampleSkill.key();
        SampleSkill refused = SampleSkill.of(freshId(), "1.0.0", "refused", third);
        String version = enabled(failing, key);
        String otherVersion = enabled(answers, other);
        String refusedVersion = enabled(refused, third);
        Skills skills = bench.control.bean(Skills.class);
        for (int call = 0; call < 9; call++) {
            ended(failing, version, "FAILED");
        }
        for (int call = 0; call < 12; call++) {
            ended(answers, otherVersion, call == 7 ? "SUCCEEDED" : "TIMED_OUT");
            ended(refused, refusedVersion, "REFUSED");
        }
        skills.quarantineFailing();
        assertThat(state(failing)).isEqualTo("enabled");

        ended(failing, version, "QUOTA_EXCEEDED");
        skills.quarantineFailing();
        skills.quarantineFailing();

        assertThat(state(failing)).isEqualTo("quarantined");
        assertThat(state(answers)).isEqualTo("enabled");
        assertThat(state(refused)).isEqualTo("enabled");
        assertThat(events(failing.skill.manifest().id()))
                .containsExactly(AuditEvent.SKILL_QUARANTINED, AuditEvent.SKILL_ENABLED, AuditEvent.SKILL_QUARANTINED);

        // Who enables it again gives it as many calls again.
        json(enable(failing, ""), 200);
        skills.quarantineFailing();
        assertThat(state(failing)).isEqualTo("enabled");
    }

    private void ended(SampleSkill skill, String toolVersion, String outcome) throws Exception {
        ProposedCall call = permitted(skill, toolVersion);
        Claim claim = bench.claim(bench.node, MODULES).orElseThrow();
        assertThat(bench.executions.finish(
                        call.id, bench.node, claim.fence(), bench.result(claim, "node-default-node-1")))
                .isTrue();
        // As if the node had said so.
        bench.jdbc()
                .sql("update execution set outcome = :outcome where proposal_id = :id")
                .param("outcome", outcome)
                .param("id", call.id)
                .update();
    }

    @Test
    void aRevokedKeyTakesAllItsVersionsAndAnotherKeyOfThePublisherIsRefusedAndStated() throws Exception {
        KeyPair key = SampleSkill.key();
        String publisher = "fifth";
        SampleSkill skill = SampleSkill.of(freshId(), "1.0.0", publisher, key);
        String version = enabled(skill, key);

        SampleSkill forged = SampleSkill.of(freshId(), "1.0.0", publisher, SampleSkill.key());
        HttpResponse<String> refused = install(TestPrincipals.OWNER, forged);
        assertThat(refusal(refused, 403)).isEqualTo("PUBLISHER_NOT_TRUSTED");
        assertThat(refused.body()).contains("PUBLISHER_KEY_CHANGED");
        assertThat(audits("publisher:" + ProposedCall.WORKSPACE + ":" + publisher))
                .extracting(Audit::event)
                .contains(AuditEvent.SKILL_REFUSED);

        JsonNode revoked = json(post("/v1/skill-publishers/" + publisher + ":revoke", "{\"reason\":\"stolen\"}"), 200);
        assertThat(revoked.path("items")).hasSize(1);
        assertThat(state(skill)).isEqualTo("revoked");
        permitted(skill, version);
        assertThat(bench.claim(bench.node, MODULES)).isEmpty();
        SampleSkill next = SampleSkill.of(freshId(), "1.0.0", publisher, key);
        assertThat(refusal(install(TestPrincipals.OWNER, next), 403)).isEqualTo("PUBLISHER_NOT_TRUSTED");
    }

    @Test
    void aSkillStaysTheKeysThatSignedWhatWasEnabledOfIt() throws Exception {
        KeyPair key = SampleSkill.key();
        KeyPair taker = SampleSkill.key();
        String id = freshId();
        String publisher = "seventh-" + tail(id);
        SampleSkill skill = SampleSkill.of(id, "1.0.0", publisher, key);
        enabled(skill, key);
        json(post("/v1/skill-publishers/" + publisher + ":revoke", "{\"reason\":\"lost\"}"), 200);

        SampleSkill taken = SampleSkill.of(id, "2.0.0", publisher, taker);
        HttpResponse<String> refused = install(TestPrincipals.OWNER, taken);
        assertThat(refusal(refused, 409)).isEqualTo("SKILL_VERSION_CONFLICT");
        assertThat(refused.body()).contains("KEY_CHANGED");

        SampleSkill own = SampleSkill.of(freshId(), "2.0.0", publisher, taker);
        json(install(TestPrincipals.OWNER, own), 201);
        json(enable(own, fingerprint(taker)), 200);
    }

    /** Whoever writes to control's database changes what a person is shown, and not what is enabled. */
    @Test
    void aRowThatSaysOtherwiseThanItsPackageIsNotEnabledAndLetsNoOtherIn() throws Exception {
        KeyPair key = SampleSkill.key();
        String id = freshId();
        String publisher = "rows-" + tail(id);
        SampleSkill first = SampleSkill.of(id, "1.0.0", publisher, key, "clock = true");
        json(install(TestPrincipals.OWNER, first), 201);

        rewrite(first, "clock = true", "clock = false", "");
        assertThat(refusal(enable(first, fingerprint(key)), 409)).isEqualTo("SKILL_CHANGED_MEANWHILE");
        assertThat(state(first)).isEqualTo("quarantined");
        rewrite(first, "clock = false", "clock = true", "");
        json(enable(first, fingerprint(key)), 200);

        SampleSkill second = SampleSkill.of(id, "1.0.1", publisher, key, "clock = true", "random = true");
        rewrite(first, "clock = true", "clock = true\nrandom = true", "clock,random");
        json(install(TestPrincipals.OWNER, second), 201);
        assertThat(state(second)).isEqualTo("quarantined");

        rewrite(first, "clock = true\nrandom = true", "clock = true", "clock");
        SampleSkill third = SampleSkill.of(id, "1.0.2", publisher, key, "clock = true");
        json(install(TestPrincipals.OWNER, third), 201);
        assertThat(state(third)).as("control").isEqualTo("enabled");
    }

    private void rewrite(SampleSkill skill, String was, String is, String granted) {
        int changed = bench.jdbc()
                .sql("""
                        update skill_version set capabilities = case when :granted = '' then capabilities
                          else string_to_array(:granted, ',') end,
                          manifest = convert_to(replace(convert_from(manifest, 'UTF8'), :was, :is), 'UTF8')
                        where skill_id = :skill and version = :version
                          and position(:was in convert_from(manifest, 'UTF8')) > 0""")
                .param("granted", granted)
                .param("was", was)
                .param("is", is)
                .param("skill", skill.skill.manifest().id())
                .param("version", skill.skill.manifest().version().text())
                .update();
        assertThat(changed).as("the row was changed").isEqualTo(1);
    }

    @Test
    void onlyAPersonEnablesAVersion() throws Exception {
        KeyPair key = SampleSkill.key();
        String id = freshId();
        SampleSkill skill = SampleSkill.of(id, "1.0.0", "eighth-" + tail(id), key);
        json(install(TestPrincipals.ROBOT, skill), 201);
        String enabling =
                "{\"package_digest\":\"" + skill.skill.digest() + "\",\"fingerprint\":\"" + fingerprint(key) + "\"}";

        assertThat(refusal(
                        bench.control.withToken(TestPrincipals.ROBOT, "POST", path(skill) + ":enable", enabling), 403))
                .isEqualTo("PERSON_REQUIRED");
        assertThat(state(skill)).isEqualTo("quarantined");
        json(bench.control.withToken(TestPrincipals.OWNER, "POST", path(skill) + ":enable", enabling), 200);
    }

    @Test
    void aVersionIsTakenOutOfUseAlsoWhenItsPackageIsNotAcceptedAnyMore() throws Exception {
        KeyPair key = SampleSkill.key();
        String id = freshId();
        SampleSkill skill = SampleSkill.of(id, "1.0.0", "ninth-" + tail(id), key);
        String version = enabled(skill, key);
        ProposedCall running = permitted(skill, version);
        assertThat(bench.claim(bench.node, MODULES)).isPresent();
        bench.jdbc()
                .sql("update skill_package set archive = substring(archive from 2) where digest = :digest")
                .param("digest", skill.skill.digest().bytes())
                .update();
        assertThat(reasonToStop(running)).as("control").isEmpty();

        json(post(path(skill) + ":revoke", "{\"reason\":\"leaks\"}"), 200);

        assertThat(reasonToStop(running)).contains("SKILL_NOT_ENABLED");
        assertThat(publications(id)).extracting(SkillPublication::state).containsExactly("enabled", "revoked");
        assertThat(publications(id).getLast().tools()).hasSize(1);
    }

    @Test
    void quarantiningAVersionThatWasReplacedEndsTheCallsThatStillRun() throws Exception {
        KeyPair key = SampleSkill.key();
        String id = freshId();
        String publisher = "tenth-" + tail(id);
        SampleSkill first = SampleSkill.of(id, "1.0.0", publisher, key);
        String version = enabled(first, key);
        ProposedCall running = permitted(first, version);
        assertThat(bench.claim(bench.node, MODULES)).isPresent();
        SampleSkill second = SampleSkill.of(id, "1.1.0", publisher, key);
        assertThat(json(install(TestPrincipals.OWNER, second), 201)
                        .path("state")
                        .asString())
                .isEqualTo("enabled");
        assertThat(reasonToStop(running)).as("control: a call finishes").isEmpty();

        json(post(path(first) + ":quarantine", "{\"reason\":\"leaks\"}"), 200);

        assertThat(reasonToStop(running)).contains("SKILL_NOT_ENABLED");
        assertThat(state(second)).isEqualTo("enabled");
    }

    @Test
    void theSameContentSignedByTwoKeysIsJudgedInEachWorkspaceByItsOwnSigner() throws Exception {
        KeyPair here = SampleSkill.key();
        KeyPair there = SampleSkill.key();
        String id = freshId();
        String publisher = "eleventh-" + tail(id);
        SampleSkill first = SampleSkill.of(id, "1.0.0", publisher, here);
        SampleSkill second = SampleSkill.of(id, "1.0.0", publisher, there);
        assertThat(second.skill.digest()).isEqualTo(first.skill.digest());
        json(install(TestPrincipals.OWNER, first), 201);
        assertThat(refusal(install(TestPrincipals.OWNER, second), 409))
                .as("the same content is there, but signed by somebody else")
                .isEqualTo("SKILL_VERSION_CONFLICT");
        json(install(TestPrincipals.OWNER, first), 200);
        json(enable(first, fingerprint(here)), 200);

        String stranger = TestPrincipals.OTHER_OWNER;
        json(install(stranger, second), 201);
        for (KeyPair key : List.of(here, there, there)) {
            HttpResponse<String> answer = bench.control.withToken(
                    stranger,
                    "POST",
                    path(second) + ":enable",
                    "{\"package_digest\":\"" + second.skill.digest() + "\",\"fingerprint\":\"" + fingerprint(key)
                            + "\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(key == here ? 409 : 200);
        }
        String own = ProposedCall.WORKSPACE;
        String other = TestPrincipals.OTHER_WORKSPACE;
        assertThat(signature(first, own)).isEqualTo(signature(first));
        assertThat(signature(second, other)).isEqualTo(signature(second));

        // As if it had been installed before signatures were kept: the archive is with the first one.
        bench.jdbc()
                .sql("update skill_version set signature = null where skill_id = :skill")
                .param("skill", id)
                .update();
        assertThat(signature(first, own)).isEqualTo(signature(first));
        assertThat(signature(second, other)).contains("\"status\":404");
        json(install(stranger, second), 200);
        assertThat(signature(second, other)).isEqualTo(signature(second));
        json(bench.control.withToken(stranger, "POST", path(second) + ":revoke", "{\"reason\":\"end\"}"), 200);
    }

    @Test
    void whoMayNotManageToolsAndOtherWorkspacesSeeAndChangeNothing() throws Exception {
        SampleSkill skill = SampleSkill.of(freshId(), "1.0.0", "sixth", SampleSkill.key());
        assertThat(install(TestPrincipals.ADMIN, skill).statusCode()).isEqualTo(403);
        json(install(TestPrincipals.OWNER, skill), 201);
        String stranger = TestPrincipals.OTHER_OWNER;
        assertThat(bench.control.withToken(stranger, "GET", path(skill), null).statusCode())
                .isEqualTo(404);
        assertThat(bench.control
                        .withToken(stranger, "POST", path(skill) + ":revoke", "{\"reason\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(json(bench.control.withToken(stranger, "GET", "/v1/skills", null), 200)
                        .path("items")
                        .toString())
                .doesNotContain(skill.skill.manifest().id());
        assertThat(bench.control
                        .internally(
                                "policy-service", "GET", "/internal/v1/skill-packages/" + skill.skill.digest(), null)
                        .statusCode())
                .as("packages are for nodes")
                .isEqualTo(403);
        byte[] cut = Arrays.copyOf(skill.archive, skill.archive.length - 1);
        assertThat(refusal(bench.control.sendBytes(TestPrincipals.OWNER, "POST", "/v1/skills", cut), 400))
                .isEqualTo("INVALID_SKILL");
    }

    private static String freshId() {
        return "test.s" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    }

    private static String tail(String id) {
        return id.substring(id.length() - 6);
    }

    private static String fingerprint(KeyPair key) {
        return SampleSkill.fingerprint(key);
    }

    private static String path(SampleSkill skill) {
        return "/v1/skills/" + skill.skill.manifest().id() + "/versions/"
                + skill.skill.manifest().version().text();
    }

    private HttpResponse<String> install(String token, SampleSkill skill) {
        return bench.control.sendBytes(token, "POST", "/v1/skills", skill.archive);
    }

    private HttpResponse<String> post(String path, String json) {
        return bench.control.withToken(TestPrincipals.OWNER, "POST", path, json);
    }

    private HttpResponse<String> enable(SampleSkill skill, String fingerprint) {
        return post(
                path(skill) + ":enable",
                "{\"package_digest\":\"" + skill.skill.digest() + "\""
                        + (fingerprint.isEmpty() ? "" : ",\"fingerprint\":\"" + fingerprint + "\"") + "}");
    }

    /** Installs and enables it; answers the version of its tools. */
    private String enabled(SampleSkill skill, KeyPair key) throws Exception {
        json(install(TestPrincipals.OWNER, skill), 201);
        json(enable(skill, fingerprint(key)), 200);
        return publications(skill.skill.manifest().id()).getLast().toolVersion();
    }

    private String state(SampleSkill skill) {
        return json(bench.control.withToken(TestPrincipals.OWNER, "GET", path(skill), null), 200)
                .path("state")
                .asString();
    }

    private static String signature(SampleSkill skill) {
        return new String(skill.skill.signatureFile().orElseThrow(), StandardCharsets.UTF_8);
    }

    private String signature(SampleSkill skill, String workspace) throws Exception {
        String path = "/internal/v1/skill-packages/" + skill.skill.digest() + "/signature?workspace=" + workspace;
        assertThat(bench.control.internally("policy-service", "GET", path, null).statusCode())
                .as("signatures are for nodes")
                .isEqualTo(403);
        return bench.control
                .internally("node-default-node-1", "GET", path, null)
                .body();
    }

    private byte[] archive(SampleSkill skill) {
        return bench.jdbc()
                .sql("select archive from skill_package where digest = :digest")
                .param("digest", skill.skill.digest().bytes())
                .query(byte[].class)
                .single();
    }

    private ProposedCall permitted(SampleSkill skill, String toolVersion) throws StatementRefusedException {
        ProposedCall call = new ProposedCall(skill, "mask", toolVersion, "{\"text\":\"a1\"}");
        bench.permit(call.permitted(permit -> {
            permit.tier = Tier.A;
            permit.runtime = RequiredRuntime.wasm(skill.permitted());
        }));
        return call;
    }

    private Optional<String> reasonToStop(ProposedCall call) {
        return bench.jdbc()
                .sql("select coalesce(stop_reason, '') from execution where proposal_id = :id")
                .param("id", call.id)
                .query(String.class)
                .optional()
                .filter(reason -> !reason.isEmpty());
    }

    private List<Audit> audits(String subject) {
        return bench.control.statements().stream()
                .filter(record -> record.statement().subject().name().equals(subject))
                .map(record -> record.predicate(Audit.class))
                .toList();
    }

    private List<AuditEvent> events(String skill) {
        String prefix = "publisher:" + ProposedCall.WORKSPACE + ":first-" + tail(skill);
        return bench.control.statements().stream()
                .filter(record -> record.statement().subject().name().endsWith(":" + skill)
                        || record.statement().subject().name().equals(prefix))
                .map(record -> record.predicate(Audit.class).event())
                .toList();
    }

    private List<SkillPublication> publications(String skill) {
        return bench.control.statements().stream()
                .filter(record -> record.statement().subject().name().endsWith(":" + skill))
                .flatMap(SkillLifeTest::publication)
                .toList();
    }

    private static Stream<SkillPublication> publication(VerifiedRecord record) {
        return record.predicate(Audit.class).details().stream()
                .map(ref -> SkillPublication.parse(record.detail(ref).orElseThrow()));
    }

    private VerifiedRecord verify(StatementRecord record) {
        try {
            return bench.verify(StatementType.AUDIT, record);
        } catch (StatementRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static String refusal(HttpResponse<String> answer, int status) {
        return json(answer, status).path("code").asString();
    }
}
