package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.testkit.TestFleet;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WhoMayAnswerTest {
    private static final List<String> EVERYTHING =
            Arrays.stream(Permission.values()).map(Permission::code).toList();

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    @BeforeEach
    void somebodyElseIsThere() {
        service.policy.operator(workspace, "person:other");
    }

    /** The positive control of every refusal here: the same request, answered by somebody else. */
    private void anotherOperatorMay(AskedCall call) {
        assertThat(service.state(call)).isEqualTo("pending");
        assertThat(as("person:other").approve(call).status()).isEqualTo(200);
    }

    private Api as(String principal) {
        return Api.withToken(service, service.policy.token(workspace, principal));
    }

    @Test
    void whoAskedMayNotAnswer() {
        service.policy.member(workspace, "person:ada", Set.of("owner"), EVERYTHING);
        AskedCall call =
                service.ask(AskedCall.in(workspace).askedBy("person:ada").accountable("person:ada"));

        assertThat(as("person:ada").approve(call).code()).isEqualTo("REQUESTER_MAY_NOT_ANSWER");
        assertThat(as("person:ada").deny(call).code()).isEqualTo("REQUESTER_MAY_NOT_ANSWER");
        anotherOperatorMay(call);
    }

    @Test
    void eachRowSaysWhetherItsReaderMayAnswer() {
        service.policy.member(workspace, "person:ada", Set.of("owner"), EVERYTHING);
        service.policy.member(workspace, "person:reads", Set.of("auditor"), List.of("approval.read"));
        AskedCall call =
                service.ask(AskedCall.in(workspace).askedBy("person:ada").accountable("person:ada"));

        assertThat(mayAnswer("person:ada", call)).as("one's own question").isFalse();
        assertThat(mayAnswer("person:reads", call)).isFalse();
        assertThat(mayAnswer("person:other", call)).isTrue();
        anotherOperatorMay(call);
        assertThat(mayAnswer("person:other", call)).as("it is over").isFalse();
    }

    @Test
    void onlyMembersOfTheGroupThatIsAskedMayAnswer() {
        service.policy.member(workspace, "person:ada", Set.of("owner"), EVERYTHING);
        service.policy.operator(workspace, "person:grace");
        AskedCall call = service.ask(AskedCall.in(workspace)
                .ofGroup("security", "person:other", "person:grace")
                .quorum(2));

        assertThat(as("person:ada").approve(call).code()).isEqualTo("GROUP_MISSING");
        assertThat(as("person:ada").deny(call).code()).isEqualTo("GROUP_MISSING");
        assertThat(mayAnswer("person:ada", call))
                .as("an owner outside the group")
                .isFalse();
        assertThat(mayAnswer("person:other", call)).isTrue();
        assertThat(as("person:other")
                        .get("/v1/approvals/" + call.approvalId)
                        .body()
                        .path("approver_groups")
                        .toString())
                .isEqualTo("[\"security\"]");
        anotherOperatorMay(call);
        assertThat(service.state(call)).as("one of two").isEqualTo("pending");
        assertThat(as("person:grace").approve(call).status()).isEqualTo(200);
        assertThat(service.state(call)).isEqualTo("approved");
    }

    private boolean mayAnswer(String principal, AskedCall call) {
        boolean listed = as(principal)
                .get("/v1/approvals?proposal=" + call.proposalId)
                .body()
                .at("/items/0/may_answer")
                .booleanValue();
        boolean shown = as(principal)
                .get("/v1/approvals/" + call.approvalId)
                .body()
                .path("may_answer")
                .booleanValue();
        assertThat(listed).isEqualTo(shown);
        return shown;
    }

    @Test
    void whatWasPartlySeenIsSaidSoAndDoesNotCountAtHighRisk() {
        AskedCall medium = service.ask(AskedCall.in(workspace).risk("medium"));
        AskedCall high = service.ask(AskedCall.in(workspace).risk("high"));

        Api.Answer refused = partly(high);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("PARTLY_SEEN");
        assertThat(as("person:other").approve(high).status()).isEqualTo(200);
        assertThat(service.resolutions(high).getFirst().answers().getFirst().partlySeen())
                .isNull();
        Api.Answer counted = partly(medium);
        assertThat(counted.status()).isEqualTo(200);
        assertThat(counted.body().at("/resolutions/0/partly_seen").booleanValue())
                .isTrue();
        assertThat(service.resolutions(medium).getFirst().answers().getFirst().partlySeen())
                .isTrue();
    }

    private Api.Answer partly(AskedCall call) {
        return as("person:other")
                .post(
                        "/v1/approvals/" + call.approvalId + ":approve",
                        "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\",\"partly_seen\":true}");
    }

    @Test
    void anAgentMayNotAnswerEvenWithEveryPermission() {
        service.policy.member(workspace, "agent:other", Set.of("owner", "operator"), EVERYTHING);
        AskedCall call = service.ask(AskedCall.in(workspace));

        Api.Answer answer = as("agent:other").approve(call);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("PERSON_REQUIRED");
        anotherOperatorMay(call);
    }

    @Test
    void theAccountableMayNotAnswerWhereFourEyesAreRequired() {
        service.policy.operator(workspace, "person:issuer");
        AskedCall call = service.ask(AskedCall.in(workspace).fourEyes("person:issuer"));

        assertThat(as("person:issuer").approve(call).code()).isEqualTo("ACCOUNTABLE_MAY_NOT_ANSWER");
        anotherOperatorMay(call);
    }

    @Test
    void theAccountableMayAnswerWhereFourEyesAreNotAndItIsRecorded() {
        service.policy.operator(workspace, "person:issuer");
        AskedCall call = service.ask(AskedCall.in(workspace).accountable("person:issuer"));

        Api.Answer answer = as("person:issuer").approve(call);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/resolutions/0/self_approval").asBoolean(false))
                .isTrue();
    }

    @Test
    void theLeastRoleThatTheRequestNamesIsNeeded() {
        service.policy.member(workspace, "person:admin", Set.of("admin"), EVERYTHING);
        service.policy.member(workspace, "person:auditor", Set.of("auditor"), EVERYTHING);
        AskedCall forAdmins = service.ask(AskedCall.in(workspace).forRole("admin"));
        AskedCall forOperators = service.ask(AskedCall.in(workspace).forRole("operator"));

        assertThat(as("person:other").approve(forAdmins).code()).isEqualTo("ROLE_MISSING");
        assertThat(as("person:auditor").approve(forOperators).code()).isEqualTo("ROLE_MISSING");
        assertThat(as("person:admin").approve(forAdmins).status()).isEqualTo(200);
        anotherOperatorMay(forOperators);
    }

    @Test
    void aRequestForAnApproversOwnKeyIsNotApprovedWithoutOneByATokenButMayBeDenied() {
        AskedCall call = service.ask(AskedCall.in(workspace).assurance("key"));

        assertThat(as("person:other").approve(call).code()).isEqualTo("ASSURANCE_MISSING");
        assertThat(service.state(call)).isEqualTo("pending");
        assertThat(as("person:other").deny(call).state()).isEqualTo("denied");
    }

    @Test
    void withoutThePermissionNobodyAnswersOrReads() {
        service.policy.member(workspace, "person:guest", Set.of("operator"), List.of());
        AskedCall call = service.ask(AskedCall.in(workspace));

        assertThat(as("person:guest").approve(call).code()).isEqualTo("PERMISSION_MISSING");
        assertThat(as("person:guest").get("/v1/approvals").status()).isEqualTo(403);
        assertThat(Api.anonymous(service).approve(call).status()).isEqualTo(401);
        anotherOperatorMay(call);
    }

    @Test
    void anotherWorkspacesRequestDoesNotExist() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        String elsewhere = AskedCall.freshWorkspace();
        service.policy.operator(elsewhere, "person:eve");
        Api eve = Api.withToken(service, service.policy.token(elsewhere, "person:eve"));

        assertThat(eve.approve(call).status()).isEqualTo(404);
        assertThat(eve.get("/v1/approvals/" + call.approvalId).status()).isEqualTo(404);
        assertThat(eve.get("/v1/approvals").status()).isEqualTo(200);
        assertThat(eve.get("/v1/approvals").body().path("items")).isEmpty();
        anotherOperatorMay(call);
    }

    @Test
    void aDeviceBoundToAPersonAnswersByItsCertificateAlone() {
        service.policy.operator(workspace, "person:owner");
        service.policy.device(
                "spiffe://" + TestFleet.shared().trust().trustDomain() + "/device/owner", workspace, "person:owner");
        AskedCall call = service.ask(AskedCall.in(workspace).accountable());

        Api.Answer answer = Api.withCertificate(service, "owner").approve(call);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/resolutions/0/authenticator").asString(""))
                .isEqualTo("device-certificate");
    }

    @Test
    void aServicesCertificateAnswersNothing() {
        AskedCall call = service.ask(AskedCall.in(workspace));

        assertThat(Api.withCertificate(service, "executor-service")
                        .approve(call)
                        .status())
                .isEqualTo(403);
        anotherOperatorMay(call);
    }

    @AfterEach
    void forget() {
        service.policy.remove(workspace, "person:other");
    }
}
