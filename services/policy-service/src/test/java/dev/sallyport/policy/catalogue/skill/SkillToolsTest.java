package dev.sallyport.policy.catalogue.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The tools of skills as executor control publishes them: listed, decided about, permitted, and taken out. */
class SkillToolsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TEXT = """
            {"type":"object","required":["text"],"additionalProperties":false,
             "properties":{"text":{"type":"string","minLength":1},"ratio":{"type":"number","maximum":0.5}}}""";

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String agent = service.agent(SharedService.fresh("calls-skills"));
    private final String id = "acme." + SharedService.fresh("masks");
    private final String tool = "skill." + id + ".mask";
    private SkillPublication.@Nullable Asked asked;
    private final Digest archive = Digest.of(id.getBytes(StandardCharsets.UTF_8));

    @AfterEach
    void asBefore() {
        service.vault().refuses();
        ObjectNode config = config();
        config.withArray("allowlisted_skills").removeAll();
        ((ObjectNode) config.path("wasm_runner")).withArray("capabilities").removeAll();
        config.withObject("wasm_runner").withArray("capabilities").add("clock");
        config.put("allow_sensitive_tools", false);
        service.configure(config.toString());
    }

    @Test
    void anEnabledSkillIsListedAndItsPermitNamesThePackageAndTheSmallestGrant() {
        publish(1, 1, "enabled", false, "clock", "random");
        assertThat(propose("{\"text\":\"a1\"}").state()).isEqualTo("done denied NOT_ALLOWLISTED");
        allow();

        JsonNode shown = service.with(agent, "GET", "/v1/tools/" + tool, null).body();
        assertThat(shown.path("version").asString()).isEqualTo("1.0.0+1");
        assertThat(shown.path("allowed").asBoolean()).isTrue();
        assertThat(shown.path("built_in").asBoolean()).isFalse();
        assertThat(shown.at("/skill/package_digest").asString()).isEqualTo(archive.hex());
        assertThat(service.with(agent, "GET", "/v1/tools?format=openai&limit=200", null)
                        .body()
                        .toString())
                .contains("\"" + tool.replace('.', '_') + "\"");
        assertThat(propose("{\"words\":\"a1\"}").code()).isEqualTo("INVALID_ARGUMENTS");

        String call = propose("{\"text\":\"a1\"}").id();
        ExecutionPermit permit = permit(call);
        assertThat(permit.runtime().kind()).isEqualTo(RuntimeKind.WASM);
        assertThat(permit.tier()).isEqualTo(Tier.A);
        assertThat(permit.toolVersion()).isEqualTo("1.0.0+1");
        PermittedSkill skill = permit.runtime().skill();
        assertThat(skill).isNotNull();
        assertThat(skill.packageDigest()).isEqualTo(archive);
        assertThat(skill.capabilities()).containsExactly("clock", "random");
        assertThat(skill.fuel()).isEqualTo(5_000_000);
        assertThat(permit.limits().memoryBytes()).isEqualTo(16L << 16);
        voices.started(call);
        voices.executed(call, CallOutcome.FAILED, "TRAPPED", "");
        assertThat(service.ended(agent, call).state())
                .as("what is stated later is about the same call")
                .isEqualTo("done failed TRAPPED");

        ObjectNode config = config();
        ObjectNode runner = config.withObject("wasm_runner");
        runner.withArray("capabilities").removeAll().add("clock");
        runner.put("max_fuel", 1_000).put("max_host_calls", 0).put("max_memory_bytes", 65_536);
        service.configure(config.toString());
        ExecutionPermit less = permit(propose("{\"text\":\"a1\"}").id());
        assertThat(less.runtime().skill()).isNotNull();
        assertThat(less.runtime().skill().capabilities()).containsExactly("clock");
        assertThat(less.runtime().skill().fuel()).isEqualTo(1_000);
        assertThat(less.runtime().skill().hostCalls()).isZero();
        assertThat(less.limits().memoryBytes()).isEqualTo(65_536);
        runner.put("max_fuel", 10_000_000_000L).put("max_host_calls", 10_000).put("max_memory_bytes", 64 << 20);
        service.configure(config.toString());
    }

    @Test
    void whatIsInQuarantineOrRevokedIsDeniedWhateverComesLate() {
        publish(1, 1, "enabled", false);
        allow();
        assertThat(permit(propose("{\"text\":\"a1\"}").id()).toolVersion()).isEqualTo("1.0.0+1");

        publish(3, 1, "quarantined", false);
        assertThat(propose("{\"text\":\"a1\"}").state()).isEqualTo("done denied SKILL_NOT_ENABLED");
        voices.skillSays(publication(2, 2, "enabled", false));
        publish(4, 4, "enabled", false);
        assertThat(permit(propose("{\"text\":\"a1\"}").id()).toolVersion())
                .as("what came late changes nothing")
                .isEqualTo("1.0.0+4");
        publish(5, 4, "revoked", false);
        Answer denied = propose("{\"text\":\"a1\"}");
        assertThat(denied.state()).isEqualTo("done denied SKILL_NOT_ENABLED");
        assertThat(service.with(agent, "GET", "/v1/tools?limit=200", null)
                        .body()
                        .toString())
                .doesNotContain(tool);
    }

    @Test
    void aHumanIsAskedWhereTheSkillWritesFilesOrItsPublisherWantsIt() {
        publish(1, 1, "enabled", false, "fs_write");
        allow();
        assertThat(propose("{\"text\":\"a1\"}").state()).startsWith("approve");
        publish(2, 2, "enabled", true);
        assertThat(propose("{\"text\":\"a1\"}").state()).startsWith("approve");
        ObjectNode config = config();
        config.put("allow_sensitive_tools", true);
        service.configure(config.toString());
        assertThat(propose("{\"text\":\"a1\"}").state())
                .as("the care that the publisher asks for is not the workspace's to lower")
                .startsWith("approve");
        publish(3, 3, "enabled", false, "fs_write");
        assertThat(permit(propose("{\"text\":\"a1\"}").id()).toolVersion())
                .as("control")
                .isEqualTo("1.0.0+3");
    }

    @Test
    void aListReadsWhatWasPublishedOfASkillOnce() {
        SkillPublication small = publication(1, 1, "enabled", false);
        String schema = TEXT.replace("\"minLength\":1", "\"description\":\"" + "d".repeat(1_200) + "\"");
        List<SkillPublication.Tool> tools = IntStream.range(10, 70)
                .mapToObj(n -> new SkillPublication.Tool("mask" + n, "Masks digits.", false, schema, schema))
                .toList();
        voices.skillSays(new SkillPublication(
                1,
                small.workspaceId(),
                id,
                1,
                1,
                "enabled",
                "1.0.0",
                "acme",
                archive,
                archive,
                List.of(),
                false,
                null,
                small.limits(),
                tools));
        SkillTools known = service.bean(SkillTools.class);
        await().atMost(SOON)
                .until(() ->
                        known.after(service.workspaceId(), "skill." + id, 1).size() == 1);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        List<ToolMetadata> listed = known.after(service.workspaceId(), "skill." + id, 60);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(listed)
                .extracting(ToolMetadata::name)
                .hasSize(60)
                .allMatch(name -> name.startsWith("skill." + id + ".mask"));
        assertThat(allocated).isLessThan(20L << 20);
    }

    @Test
    void aSkillThatReachesTheWebNamesItsHostsAndSecretsItselfAndACallerMayNameFewer() {
        service.vault().grants();
        asked = new SkillPublication.Asked(
                List.of("http GET https://a.example/*, answers of at most 10 bytes"),
                List.of("a.example", "b.example"),
                List.of("api_token"),
                archive);
        publish(1, 1, "enabled", false, "http");
        allow("clock", "http");

        Prompt all = prompt(propose("{\"text\":\"a1\"}").id());
        assertThat(all.sandbox().hosts()).containsExactly("a.example", "b.example");
        assertThat(all.secrets()).containsExactly("api_token");
        assertThat(all.skill()).isNotNull();
        assertThat(all.skill().signedBy()).isEqualTo(archive.hex());
        assertThat(all.skill().packageDigest()).isEqualTo(archive.hex());
        assertThat(all.skill().asksFor()).singleElement().asString().startsWith("http GET https://a.example/*");
        assertThat(all.skill().granted()).containsExactly("http");
        Prompt fewer = prompt(
                propose("{\"text\":\"a1\"},\"egress_hosts\":[\"a.example\"]").id());
        assertThat(fewer.sandbox().hosts()).containsExactly("a.example");
        assertThat(propose("{\"text\":\"a1\"},\"egress_hosts\":[\"c.example\"]").state())
                .isEqualTo("done denied EGRESS_NOT_ALLOWED");
        assertThat(propose("{\"text\":\"a1\"},\"secrets\":[\"other\"]").state())
                .isEqualTo("done denied SECRET_NOT_ALLOWED");

        allow("clock");
        Prompt closed = prompt(propose("{\"text\":\"a1\"}").id());
        assertThat(closed.skill()).isNotNull();
        assertThat(closed.skill().granted())
                .as("the operator grants http, the workspace does not")
                .isEmpty();
        assertThat(closed.sandbox().hosts())
                .as("so nobody is asked about its hosts")
                .isEmpty();
        assertThat(closed.secrets()).isEmpty();
        assertThat(propose("{\"text\":\"a1\"},\"egress_hosts\":[\"a.example\"]").state())
                .isEqualTo("done denied EGRESS_NOT_ALLOWED");

        publish(2, 2, "enabled", false);
        ExecutionPermit without = permit(propose("{\"text\":\"a1\"}").id());
        assertThat(without.egress().hosts()).as("http was not granted").isEmpty();
        assertThat(without.secrets()).isEmpty();
    }

    private Prompt prompt(String call) {
        byte[] record = service.jdbc()
                .sql("select record from kit_outbox where proposal_id = :id order by id desc limit 1")
                .param("id", call)
                .query((row, number) -> row.getBytes(1))
                .single();
        try {
            return Prompt.read(
                    StatementRecord.parse(record).details().values().iterator().next());
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ExecutionPermit permit(String call) {
        return voices.stated(call, ExecutionPermit.class).getFirst();
    }

    private Answer propose(String arguments) {
        return service.propose(agent, "{\"tool\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    private ObjectNode config() {
        return (ObjectNode) service.owner("GET", "/v1/config", null).body();
    }

    private void allow() {
        allow("clock", "random");
    }

    private void allow(String... capabilities) {
        ObjectNode config = config();
        config.withArray("allowlisted_skills").removeAll().add(id);
        ArrayNode most =
                config.withObject("wasm_runner").withArray("capabilities").removeAll();
        List.of(capabilities).forEach(most::add);
        service.configure(config.toString());
    }

    /** Says it and waits until it is known. */
    private void publish(long change, long enabledBy, String state, boolean askHuman, String... capabilities) {
        voices.skillSays(publication(change, enabledBy, state, askHuman, capabilities));
        await().atMost(SOON)
                .until(() -> service.jdbc()
                        .sql("select change from skill_publication where skill_id = :id")
                        .param("id", id)
                        .query(Long.class)
                        .list()
                        .equals(List.of(change)));
    }

    private SkillPublication publication(
            long change, long enabledBy, String state, boolean askHuman, String... capabilities) {
        return new SkillPublication(
                1,
                service.workspaceId(),
                id,
                change,
                enabledBy,
                state,
                "1.0.0",
                "acme",
                archive,
                archive,
                List.of(capabilities),
                false,
                asked,
                new SkillPublication.Limits(1_000, 5_000_000, 16, 65_536, 10),
                List.of(new SkillPublication.Tool("mask", "Masks digits.", askHuman, TEXT, TEXT)));
    }
}
