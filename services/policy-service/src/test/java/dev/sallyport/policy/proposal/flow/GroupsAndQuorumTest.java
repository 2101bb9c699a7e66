package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.ExecutionPermit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A policy asks two people of a group, and nobody else's answers count. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupsAndQuorumTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String name = SharedService.fresh("grouped");
    private final String group = "security-" + name;
    private final String agent = service.agent(name);
    private final String author = service.person("writes-groups", "admin");
    private final String ann = person("ann");
    private final String ben = person("ben");
    private final String cat = person("cat");

    private String person(String who) {
        service.person(who + "-" + name, "operator");
        return "person:" + who + "-" + name;
    }

    @BeforeAll
    void theRuleDecides() {
        String rule = """
                @id("team.two-of-%s") @tier("approval") @severity("low") @approvers("operator") @quorum("2")
                @approver_group("%s") @reason("Two of the group look at it.")
                forbid (principal == Agent::"%s", action == Action::"tool.execute", resource == Tool::"echo");
                """.formatted(name, group, "agent:" + name) + escalating("soon", 2) + escalating("late", 200);
        String files = RunningPolicyService.JSON.writeValueAsString(
                Map.of("name", "grouped", "files", Map.of("approval/two.cedar", rule)));
        Answer uploaded = service.with(author, "POST", "/v1/policy-sets", files);
        assertThat(uploaded.status()).as(uploaded.body().toString()).isEqualTo(201);
        String digest = uploaded.body().path("digest").asString();
        assertThat(service.with(author, "POST", "/v1/policy-sets/" + digest + ":activate", null)
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    void theBaselineDecidesAlone() {
        Answer activated = service.with(author, "POST", "/v1/policy-sets/baseline:activate", null);
        if (activated.status() == 202) {
            String second = service.person("activates-groups", "admin");
            String change = activated.body().path("change_id").asString();
            activated = service.with(second, "POST", "/v1/policy-changes/" + change + ":confirm", null);
        }
        assertThat(activated.status()).as(activated.body().toString()).isEqualTo(200);
    }

    @Test
    void twoOfTheGroupUnlockAndNobodyElseDoes() {
        assertThat(group().status()).isEqualTo(200);
        assertThat(propose().state()).as("a group of nobody is asked nothing").isEqualTo("done denied NO_APPROVER");
        assertThat(group(ann).status()).isEqualTo(200);
        assertThat(propose().state()).as("one of two").isEqualTo("done denied NO_APPROVER");
        assertThat(group(ann, ben).status()).isEqualTo(200);

        String id = propose().id();
        ApprovalRequested asked = voices.stated(id, ApprovalRequested.class).getFirst();
        assertThat(asked.obligations().quorum()).isEqualTo(2);
        assertThat(asked.group()).isEqualTo(new ApprovalRequested.Group(List.of(group), List.of(ann, ben)));
        voices.say(id, approval(id, ann, ben));
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);

        refused("QUORUM_NOT_REACHED", ann);
        refused("QUORUM_NOT_REACHED", ann, ann);
        refused("GROUP_MISSING", ann, cat);
        String late = propose().id();
        assertThat(group(ann, cat).status()).isEqualTo(200);
        voices.say(late, approval(late, ann, ben));
        assertThat(service.ended(agent, late).state())
                .as("who has left the group meanwhile does not count")
                .isEqualTo("done denied GROUP_MISSING");
    }

    @Test
    void whoWasFrozenAfterTheirAnswerDoesNotCount() {
        assertThat(group(ann, ben).status()).isEqualTo(200);
        String frozen = propose().id();
        String free = propose().id();
        ApprovalResolved answered = approval(frozen, ann, ben);
        String freeze = "{\"scope\":\"principal\",\"id\":\"" + ben + "\",\"reason\":\"drill\"}";
        assertThat(service.owner("POST", "/v1/freeze", freeze).status()).isEqualTo(200);
        try {
            voices.say(frozen, answered);
            assertThat(service.ended(agent, frozen).state()).isEqualTo("done denied APPROVER_FROZEN");
            assertThat(voices.stated(frozen, ExecutionPermit.class)).isEmpty();
        } finally {
            service.owner("POST", "/v1/unfreeze", freeze);
        }
        voices.say(free, approval(free, ann, ben));
        await().atMost(SOON).until(() -> state(free).equals("queue"));
    }

    @Test
    void groupsAreOfPeopleOfTheWorkspaceAndNobodyPutsThemselvesIn() {
        assertThat(group("agent:" + name).code()).isEqualTo("NOT_A_MEMBER");
        assertThat(group("person:nobody-of-us").code()).isEqualTo("NOT_A_MEMBER");
        assertThat(group("person:writes-groups").code()).isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(author, "PUT", "/v1/groups/Two%20Words", "{\"members\":[]}")
                        .code())
                .isEqualTo("INVALID_GROUP");
        assertThat(service.with(agent, "GET", "/v1/groups", null).code()).isEqualTo("PERMISSION_MISSING");
        assertThat(group(cat, ann).body().path("members").toString())
                .as("control")
                .contains(ann, cat);
        service.owner("DELETE", "/v1/members/" + cat, null);
        assertThat(service.with(author, "GET", "/v1/groups?limit=200", null)
                        .body()
                        .path("items")
                        .valueStream()
                        .filter(each -> each.path("name").asString().equals(group))
                        .map(each -> each.path("members").toString()))
                .as("who is no member any more is in no group")
                .containsExactly("[\"" + ann + "\"]");
        service.person("cat-" + name, "operator");
    }

    private void refused(String code, String... people) {
        String id = propose().id();
        voices.say(id, approval(id, people));
        assertThat(service.ended(agent, id).state()).isEqualTo("done denied " + code);
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();
    }

    private Answer group(String... people) {
        return put(group, people);
    }

    private Answer put(String ofName, String... people) {
        return service.with(
                author,
                "PUT",
                "/v1/groups/" + ofName,
                RunningPolicyService.JSON.writeValueAsString(Map.of("members", List.of(people))));
    }

    private String escalating(String when, int seconds) {
        return """
                @id("team.%s-%s") @tier("approval") @severity("low") @approvers("operator")
                @approver_group("%s") @escalate_after_s("%d") @escalate_to("%s") @reason("Others after a while.")
                forbid (principal == Agent::"%s", action == Action::"tool.execute", resource == Tool::"echo");
                """.formatted(when, name, group, seconds, "next-" + name, "agent:" + when + "-" + name);
    }

    @Test
    void theNextGroupCountsFromItsTurnOnByTwoClocks() {
        assertThat(group(ann).status()).isEqualTo(200);
        String soon = service.agent("soon-" + name);
        String late = service.agent("late-" + name);
        String echo = "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}";
        String alone = service.propose(soon, echo).id();
        assertThat(voices.stated(alone, ApprovalRequested.class).getFirst().group())
                .as("a next group of nobody is left out")
                .isEqualTo(new ApprovalRequested.Group(List.of(group), List.of(ann)));
        assertThat(put("next-" + name, ben).status()).isEqualTo(200);

        String early = service.propose(late, echo).id();
        ApprovalRequested asked = voices.stated(early, ApprovalRequested.class).getFirst();
        assertThat(asked.group())
                .isEqualTo(new ApprovalRequested.Group(
                        List.of(group),
                        List.of(ann),
                        new ApprovalRequested.Escalation(200, List.of("next-" + name), List.of(ben))));
        voices.say(early, voices.approval(early, ben, "operator"));
        assertThat(service.ended(late, early).state()).isEqualTo("done denied GROUP_MISSING");
        String forged = service.propose(late, echo).id();
        voices.say(
                forged,
                dated(voices.approval(forged, ben, "operator"), Instant.now().plusSeconds(201)));
        assertThat(service.ended(late, forged).state())
                .as("approval-service dates it to a turn that has not come")
                .isEqualTo("done denied GROUP_MISSING");

        String id = service.propose(soon, echo).id();
        String stays = service.propose(soon, echo).id();
        String outside = service.propose(soon, echo).id();
        Instant turn = voices.stated(outside, ApprovalRequested.class)
                .getFirst()
                .issued()
                .at()
                .plusSeconds(2);
        await().atMost(SOON).until(() -> !Instant.now().isBefore(turn));
        voices.say(id, voices.approval(id, ben, "operator"));
        voices.say(stays, voices.approval(stays, ann, "operator"));
        voices.say(outside, voices.approval(outside, cat, "operator"));
        await().atMost(SOON)
                .until(() -> service.with(soon, "GET", "/v1/proposals/" + id, null)
                        .state()
                        .equals("queue"));
        await().atMost(SOON)
                .until(() -> service.with(soon, "GET", "/v1/proposals/" + stays, null)
                        .state()
                        .equals("queue"));
        assertThat(service.ended(soon, outside).state()).isEqualTo("done denied GROUP_MISSING");
    }

    private static ApprovalResolved dated(ApprovalResolved resolved, Instant at) {
        return NeighbourStatements.with(
                resolved,
                answer -> new ApproverAnswer(
                        answer.principal(),
                        answer.roles(),
                        answer.authenticator(),
                        answer.method(),
                        answer.answer(),
                        answer.promptDigest(),
                        answer.reason(),
                        at.truncatedTo(ChronoUnit.MILLIS),
                        answer.partlySeen()));
    }

    private Answer propose() {
        return service.propose(agent, "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}");
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }

    private ApprovalResolved approval(String id, String... people) {
        ApprovalResolved one = voices.approval(id, people[0], "operator");
        List<ApproverAnswer> answers = Stream.of(people)
                .map(person -> voices.approval(id, person, "operator").answers().getFirst())
                .toList();
        return new ApprovalResolved(
                one.issued(),
                one.links(),
                one.approvalId(),
                one.answer(),
                one.code(),
                answers,
                one.scope(),
                one.resolvedAt());
    }
}
