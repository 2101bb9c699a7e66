package dev.sallyport.approval.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.Keyholder;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.testkit.TestFleet;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** A grant answers calls like the one that its giver was shown, and no others; its end is decided in the database. */
class GrantsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String COPY = "{\"args\":[\"report.txt\",\"backup/report.txt\"],\"executable\":\"cp\"}";
    private static final String SUMMARY = "Run the program cp with 2 arguments";

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();
    private Api ada = Api.anonymous(service);

    @BeforeEach
    void people() {
        service.policy.agent(workspace, "agent:demo");
        service.policy.agent(workspace, "agent:other");
        ada = operator("person:ada");
    }

    private Api operator(String name) {
        service.policy.operator(workspace, name);
        return Api.withToken(service, service.policy.token(workspace, name));
    }

    private AskedCall.Builder call() {
        return AskedCall.in(workspace).offeringMore();
    }

    private AskedCall.Builder call(String arguments) {
        return call().showing(SUMMARY, arguments);
    }

    private static Api.Answer approve(Api api, AskedCall call, String scope, String grant) {
        return api.post(
                "/v1/approvals/" + call.approvalId + ":approve",
                "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\",\"scope\":\"" + scope + "\",\"grant\":" + grant
                        + "}");
    }

    /** Somebody approves a call and further ones; the grant's id. */
    private String grant(AskedCall.Builder shown, String scope, String terms) {
        AskedCall call = service.ask(shown);
        Api.Answer answer = approve(ada, call, scope, terms);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return grants().stream()
                .filter(grant -> grant.path("approval_id").asString("").equals(call.approvalId))
                .map(grant -> grant.path("grant_id").asString(""))
                .findFirst()
                .orElseThrow();
    }

    private List<JsonNode> grants() {
        return ada.get("/v1/grants?limit=200")
                .body()
                .path("items")
                .valueStream()
                .toList();
    }

    private void answered(AskedCall.Builder asked) {
        assertThat(service.state(service.ask(asked))).isEqualTo("approved");
    }

    private void asksPeople(AskedCall.Builder asked) {
        assertThat(service.state(service.ask(asked))).isEqualTo("pending");
    }

    @Test
    void aGrantForASessionAnswersItsCallsAndSaysOnWhoseAnswer() {
        AskedCall shown = service.ask(call());
        assertThat(approve(ada, shown, "session", "{\"uses\":5}").status()).isEqualTo(200);
        ApprovalResolved given = service.resolutions(shown).getFirst();
        assertThat(given.scope()).isEqualTo(ApprovalScope.SESSION);
        String grantId = Objects.requireNonNull(given.grant()).id();
        assertThat(given.answers())
                .extracting(ApprovalResolved.ApproverAnswer::principal)
                .containsExactly("person:ada");

        AskedCall again = service.ask(call());

        assertThat(service.state(again)).isEqualTo("approved");
        JsonNode record = ada.get("/v1/approvals/" + again.approvalId).body();
        assertThat(record.path("code").asString("")).isEqualTo("APPROVED_BY_GRANT");
        assertThat(record.path("resolutions")).isEmpty();
        assertThat(record.at("/by_grant/use").asInt(0)).isEqualTo(1);
        // Verified as every consumer does, with the person's answer as evidence.
        assertThat(service.resolutions(again)).singleElement().satisfies(said -> {
            assertThat(said.reuse()).isEqualTo(new ApprovalResolved.Reuse(grantId, 1));
            assertThat(said.answers()).isEmpty();
            assertThat(said.links()).hasSize(2);
        });
    }

    @Test
    void aGrantAnswersNothingElse() {
        grant(call(), "session", "{}");
        asksPeople(call("{\"args\":[\"report.txt\",\"backup/other.txt\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[\"report.txt\",\"backup/report.txt\",\"-f\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[\"report.txt\",\"backup/report.txt\"],\"executable\":\"mv\"}"));
        asksPeople(call().inSession("another"));
        asksPeople(call().askedBy("agent:other"));
        asksPeople(call().ofToolVersion("2"));
        asksPeople(call().byAnotherRule());
        asksPeople(call().risk("high"));
        asksPeople(AskedCall.in(workspace));
        answered(call());
    }

    @Test
    void aGrantIsForTheSandboxThatItsGiverWasShown() {
        grant(call().heldBy("C", 256L << 20), "session", "{\"open\":[\"any:/args/0\"]}");
        asksPeople(call().heldBy("B", 256L << 20));
        asksPeople(call().heldBy("C", 512L << 20));
        answered(call().heldBy("C", 256L << 20));
    }

    @Test
    void aGrantForATimeAnswersEverySessionAndOneForASessionDoesNot() {
        grant(call(), "time", "{}");
        answered(call().inSession("another"));
        grant(call("{\"args\":[\"x\"],\"executable\":\"rm\"}"), "session", "{}");
        asksPeople(call("{\"args\":[\"x\"],\"executable\":\"rm\"}").inSession("another"));
    }

    @Test
    void anArgumentMayDifferAsFarAsItsApproverChose() {
        grant(call(COPY), "session", "{\"open\":[\"any:/args/0\",\"prefix:7:/args/1\"]}");
        answered(call("{\"args\":[\"any thing\",\"backup/x\"],\"executable\":\"cp\"}"));
        answered(call("{\"args\":[\"\",\"backup/\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[\"any thing\",\"backups\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[\"any thing\",\"backup\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[7,\"backup/x\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[[\"a\"],\"backup/x\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[\"a\",\"backup/x\",\"b\"],\"executable\":\"cp\"}"));
        asksPeople(call("{\"args\":[\"a\",\"backup/x\"],\"executable\":\"dd\"}"));
        asksPeople(call("{\"args\":[\"a\",\"backup/x\"],\"executable\":\"cp\",\"stdin\":\"\"}"));
    }

    @Test
    void whatWasNotOfferedOrNotShownGivesNoGrant() {
        AskedCall once = service.ask(AskedCall.in(workspace));
        assertThat(approve(ada, once, "session", "{}").code()).isEqualTo("SCOPE_NOT_OFFERED");
        AskedCall call = service.ask(call());
        for (String open : List.of("any:/args/2", "any:/args", "any:/no", "prefix:11:/args/0")) {
            assertThat(approve(ada, call, "session", "{\"open\":[\"" + open + "\"]}")
                            .code())
                    .as(open)
                    .isEqualTo("PATTERN_NOT_SHOWN");
        }
        for (String grant : List.of(
                "{\"open\":[\"any:/executable\"]}",
                "{\"open\":[\"prefix:0:/args/0\"]}",
                "{\"open\":[\"any\"]}",
                "{\"open\":[\"any:/args/0\",\"prefix:2:/args/0\"]}",
                "{\"uses\":0}",
                "{\"uses\":201}",
                "{\"lasts_s\":0}",
                "{\"lasts_s\":86401}")) {
            assertThat(approve(ada, call, "session", grant).status()).as(grant).isEqualTo(400);
        }
        assertThat(approve(ada, call, "forever", "{}").status()).isEqualTo(400);
        assertThat(approve(ada, call, "once", "{\"uses\":3}").status()).isEqualTo(400);
        assertThat(ada.post(
                                "/v1/approvals/" + call.approvalId + ":approve",
                                "{\"prompt_digest\":\"" + call.promptDigest.hex()
                                        + "\",\"scope\":\"session\",\"partly_seen\":true}")
                        .code())
                .isEqualTo("PARTLY_SEEN");
        assertThat(service.state(call)).isEqualTo("pending");
        assertThat(grants()).isEmpty();
        assertThat(approve(ada, call, "session", "{\"open\":[\"prefix:10:/args/0\"]}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDenialForASessionDeniesItsCalls() {
        AskedCall shown = service.ask(call());
        assertThat(ada.post(
                                "/v1/approvals/" + shown.approvalId + ":deny",
                                "{\"prompt_digest\":\"" + shown.promptDigest.hex() + "\",\"scope\":\"session\"}")
                        .status())
                .isEqualTo(200);
        AskedCall again = service.ask(call());
        assertThat(service.state(again)).isEqualTo("denied");
        assertThat(service.resolutions(again)).singleElement().satisfies(said -> {
            assertThat(said.code()).isEqualTo("DENIED_BY_GRANT");
            assertThat(said.reuse()).isNotNull();
        });
        asksPeople(call().inSession("another"));
    }

    @Test
    void whoDeniesForASessionNeedNotHaveSeenAllNorNeedOthersHave() {
        AskedCall partly = service.ask(call());
        assertThat(deny(ada, partly, "\"scope\":\"session\",\"partly_seen\":true")
                        .status())
                .isEqualTo(200);
        assertThat(service.state(service.ask(call()))).isEqualTo("denied");

        AskedCall.Builder ofTwo =
                call("{\"args\":[\"x\"],\"executable\":\"rm\"}").quorum(2);
        AskedCall shown = service.ask(ofTwo);
        assertThat(ada.post(
                                "/v1/approvals/" + shown.approvalId + ":approve",
                                "{\"prompt_digest\":\"" + shown.promptDigest.hex() + "\",\"partly_seen\":true}")
                        .state())
                .isEqualTo("pending");
        assertThat(deny(operator("person:bob"), shown, "\"scope\":\"session\"").status())
                .isEqualTo(200);
        assertThat(service.resolutions(shown)).singleElement().satisfies(said -> {
            assertThat(said.scope()).isEqualTo(ApprovalScope.SESSION);
            assertThat(said.answers()).hasSize(2);
        });
        assertThat(service.state(service.ask(ofTwo))).isEqualTo("denied");
    }

    private static Api.Answer deny(Api api, AskedCall call, String more) {
        return api.post(
                "/v1/approvals/" + call.approvalId + ":deny",
                "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\"," + more + "}");
    }

    @Test
    void aRevokedGrantAnswersNoMoreAndTakesBackWhatHasNotEnded() {
        String id = grant(call(), "session", "{}");
        AskedCall ended = service.ask(call());
        service.send(StatementType.AUDIT, ended.proposalId, ended.ran().encode());
        await().atMost(SOON)
                .until(() -> ada.get("/v1/approvals/" + ended.approvalId)
                        .body()
                        .at("/call_end/outcome")
                        .asString("")
                        .equals("succeeded"));
        AskedCall open = service.ask(call());

        Api.Answer revoked = operator("person:bob").post("/v1/grants/" + id + ":revoke", "{}");

        assertThat(revoked.status()).isEqualTo(200);
        assertThat(revoked.body().path("state").asString("")).isEqualTo("revoked");
        assertThat(revoked.body().path("revoked_by").asString("")).isEqualTo("person:bob");
        asksPeople(call());
        assertThat(operator("person:bob")
                        .post("/v1/grants/" + id + ":revoke", "{}")
                        .code())
                .isEqualTo("GRANT_REVOKED");
        assertThat(service.withdrawn(workspace)).containsExactly("proposal:" + open.proposalId);
    }

    @Test
    void aGrantIsOfItsWorkspaceAndWhoOnlyReadsRevokesNone() {
        String id = grant(call(), "session", "{}");
        String other = AskedCall.freshWorkspace();
        service.policy.operator(other, "person:eve");
        Api eve = Api.withToken(service, service.policy.token(other, "person:eve"));
        assertThat(eve.get("/v1/grants/" + id).status()).isEqualTo(404);
        assertThat(eve.post("/v1/grants/" + id + ":revoke", "{}").status()).isEqualTo(404);
        service.policy.member(workspace, "person:audrey", Set.of("auditor"), List.of("approval.read"));
        Api audrey = Api.withToken(service, service.policy.token(workspace, "person:audrey"));
        assertThat(audrey.post("/v1/grants/" + id + ":revoke", "{}").status()).isEqualTo(403);
        assertThat(audrey.get("/v1/grants/" + id).body().path("state").asString(""))
                .isEqualTo("live");
    }

    @Test
    void aGrantEndsByItsTimeAndByItsUses() {
        String two = grant(call(), "session", "{\"uses\":2}");
        answered(call());
        answered(call());
        asksPeople(call());
        assertThat(ada.get("/v1/grants/" + two).body().path("state").asString(""))
                .isEqualTo("used_up");
        String short1 = grant(call("{\"args\":[\"x\"],\"executable\":\"rm\"}"), "session", "{\"lasts_s\":1}");
        await().atMost(SOON)
                .until(() -> ada.get("/v1/grants/" + short1)
                        .body()
                        .path("state")
                        .asString("")
                        .equals("ended"));
        asksPeople(call("{\"args\":[\"x\"],\"executable\":\"rm\"}"));
    }

    @Test
    void whoMayNotAnswerAnyMoreGivesNothing() {
        grant(call(), "session", "{}");
        service.policy.remove(workspace, "person:ada");
        asksPeople(call());

        String other = "{\"args\":[\"x\"],\"executable\":\"rm\"}";
        ada = operator("person:frieda");
        grant(call(other), "session", "{}");
        service.policy.freeze(workspace, "person:frieda");
        asksPeople(call(other));

        String third = "{\"args\":[\"y\"],\"executable\":\"rm\"}";
        ada = operator("person:gus");
        grant(call(third), "session", "{}");
        asksPeople(call(third).fourEyes("person:gus"));
        asksPeople(call(third).ofGroup("finance", "person:other"));
        answered(call(third));
    }

    /** Whoever was removed gives nothing again when they are let in anew, and is given nothing again. */
    @Test
    void whatAnsweredForWhoWasRemovedDoesNotComeBackWithThem() {
        String removedGivers = grant(call(), "session", "{}");
        AskedCall open = service.ask(call());
        ada = operator("person:bob");
        String anothers = grant(call("{\"args\":[\"x\"],\"executable\":\"rm\"}"), "session", "{}");
        String ofAnother = grant(call().askedBy("agent:other"), "session", "{}");

        // Removed, and let in again at once: only the statement tells.
        service.stateRemoval(workspace, "person:ada");

        await().atMost(SOON).until(() -> state(removedGivers).equals("revoked"));
        asksPeople(call());
        await().atMost(SOON).until(() -> service.withdrawn(workspace).equals(List.of("proposal:" + open.proposalId)));
        answered(call("{\"args\":[\"x\"],\"executable\":\"rm\"}"));

        service.stateRemoval(workspace, "agent:other");

        await().atMost(SOON).until(() -> state(ofAnother).equals("revoked"));
        asksPeople(call().askedBy("agent:other"));
        assertThat(state(anothers)).isEqualTo("live");
        assertThat(ada.get("/v1/grants/" + ofAnother).body().path("revoked_by").asString(""))
                .isEqualTo("person:owner");
    }

    private String state(String grantId) {
        return ada.get("/v1/grants/" + grantId).body().path("state").asString("");
    }

    /** An answer that nobody believes any more cannot be taken back, and must not keep its grant in force. */
    @Test
    void aUseThatIsNotBelievedAnyMoreDoesNotKeepAGrantFromBeingRevoked() throws Exception {
        try (RunningApproval own = RunningApproval.start(Map.of())) {
            own.policy.agent(workspace, "agent:demo");
            own.policy.operator(workspace, "person:ada");
            Api approver = Api.withToken(own, own.policy.token(workspace, "person:ada"));
            assertThat(approve(approver, own.ask(call()), "session", "{}").status())
                    .isEqualTo(200);
            assertThat(own.state(own.ask(call()))).isEqualTo("approved");
            String id =
                    approver.get("/v1/grants").body().at("/items/0/grant_id").asString("");

            AskedCall both = halfApprovedByADevice(own);

            own.stop();
            Files.write(
                    own.state().resolve("denylist.json"),
                    revoked(2, device().tls().leaf()));
            own.restart();
            anApprovalOfARevokedDeviceIsSaidToCountNoMore(own, both);

            own.stop();
            Files.write(own.state().resolve("denylist.json"), revokedSigner("policy-service"));
            own.restart();
            approver = Api.withToken(own, own.policy.token(workspace, "person:ada"));
            Api.Answer revoked = approver.post("/v1/grants/" + id + ":revoke", "{}");

            assertThat(revoked.status()).as("%s", revoked.body()).isEqualTo(200);
            assertThat(approver.get("/v1/grants/" + id).body().path("state").asString(""))
                    .isEqualTo("revoked");
            assertThat(own.withdrawn(workspace)).isEmpty();
            assertThat(own.jdbc()
                            .sql("select withdrawal from approval_grant_use")
                            .query(String.class)
                            .list())
                    .containsExactly("unbelieved");
        }
    }

    private static WorkloadIdentity device() {
        return IdentityDirectory.load(TestFleet.shared().identity("owner"), Instant.now());
    }

    /** One of two people has approved, and signed with their device. */
    private AskedCall halfApprovedByADevice(RunningApproval own) {
        own.policy.operator(workspace, "person:owner");
        own.policy.device(device().id().toString(), workspace, "person:owner");
        AskedCall both = own.ask(AskedCall.in(workspace).quorum(2));
        Api.Answer first = Api.withCertificate(own, "owner").approve(both, Keyholder.byDevice(device(), both.yes()));
        assertThat(first.status()).as("%s", first.body()).isEqualTo(200);
        return both;
    }

    private void anApprovalOfARevokedDeviceIsSaidToCountNoMore(RunningApproval own, AskedCall both) {
        Api second = Api.withToken(own, own.policy.token(workspace, "person:ada"));
        Api.Answer refused = second.approve(both);
        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("EVIDENCE_REVOKED");
        assertThat(refused.body().path("detail").asString()).contains("an earlier approval");
        assertThat(own.state(both)).isEqualTo("pending");
        AskedCall another = own.ask(AskedCall.in(workspace).showing("Another line", "{\"path\":\"z\"}"));
        assertThat(second.approve(another).status()).as("control").isEqualTo(200);
        assertThat(second.deny(both).state()).as("a no needs none of it").isEqualTo("denied");
    }

    /** A newer denylist, by which nothing counts that was signed with this identity's key. */
    private static byte[] revokedSigner(String identity) {
        WorkloadIdentity signer = IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now());
        return revoked(3, signer.signing().orElseThrow().leaf());
    }

    private static byte[] revoked(long version, X509Certificate certificate) {
        WorkloadIdentity vault = IdentityDirectory.load(TestFleet.shared().identity("vault-service"), Instant.now());
        String serial = certificate.getSerialNumber().toString(16);
        return SignedRevocationList.sign(
                new RevocationList(
                        vault.trust().fleetId(),
                        version,
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        Map.of(serial, 0L),
                        Map.of()),
                vault.signing().orElseThrow());
    }

    @Test
    void twoReplicasUseAGrantExactlyAsOftenAsItSays() throws Exception {
        RunningApproval other = service.replica();
        try {
            String id = grant(call(), "session", "{\"uses\":5}");
            List<AskedCall> calls = new ArrayList<>();
            for (int number = 0; number < 20; number++) {
                AskedCall call = call().build();
                calls.add(call);
                service.send(call);
            }
            await().atMost(SOON)
                    .until(() ->
                            calls.stream().noneMatch(call -> service.state(call).equals("none")));
            assertThat(calls)
                    .filteredOn(call -> service.state(call).equals("approved"))
                    .hasSize(5);
            assertThat(ada.get("/v1/grants/" + id).body().path("used").asInt(0)).isEqualTo(5);
        } finally {
            other.stop();
        }
    }

    @Test
    void aRevocationAgainstUsesLeavesNoUseThatIsNotTakenBack() throws Exception {
        String id = grant(call(), "session", "{\"uses\":100}");
        List<AskedCall> calls = new ArrayList<>();
        for (int number = 0; number < 30; number++) {
            calls.add(call().build());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> acts = new ArrayList<>();
            acts.add(() -> {
                calls.forEach(service::send);
                return 200;
            });
            acts.add(() -> {
                await().atMost(SOON).until(() -> service.state(calls.get(3)).equals("approved"));
                return ada.post("/v1/grants/" + id + ":revoke", "{}").status();
            });
            for (Future<Integer> act : threads.invokeAll(acts)) {
                assertThat(act.get()).isEqualTo(200);
            }
        }
        await().atMost(SOON)
                .until(() ->
                        calls.stream().noneMatch(call -> service.state(call).equals("none")));
        List<String> approved = calls.stream()
                .filter(call -> service.state(call).equals("approved"))
                .map(call -> "proposal:" + call.proposalId)
                .toList();
        assertThat(approved).isNotEmpty();
        assertThat(service.withdrawn(workspace)).containsExactlyInAnyOrderElementsOf(approved);
    }

    @Test
    void theDatabaseRefusesWhatTheServiceWouldNotDo() {
        String id = grant(call(), "session", "{\"uses\":3}");
        AskedCall pending = service.ask(call().inSession("another"));
        refused("approval_record_by_grant", """
                update approval_record set state = 'approved', code = 'APPROVED_BY_GRANT', resolved_at = clock_timestamp(),
                  grant_id = '%s', grant_use = 1 where id = '%s'""".formatted(id, pending.approvalId));
        refused("approval_record_quorum", """
                update approval_record set state = 'approved', code = 'APPROVED_BY_GRANT', resolved_at = clock_timestamp()
                where id = '%s'""".formatted(pending.approvalId));
        refused("approval_grant_kept", "update approval_grant set uses = 100 where id = '" + id + "'");
        refused("approval_grant_kept", "delete from approval_grant where id = '" + id + "'");
        String use = """
                insert into approval_grant_use (workspace_id, grant_id, number, approval_id, stated)
                values ('%s', '%s', %d, '%s', 'x')""";
        refused("approval_grant_used_up", use.formatted(workspace, id, 2, pending.approvalId));
        ada.post("/v1/grants/" + id + ":revoke", "{}");
        refused("approval_grant_revoked", use.formatted(workspace, id, 1, pending.approvalId));
        refused(
                "approval_grant_kept",
                "update approval_grant set revoked_at = null, revoked_by = null where id = '" + id + "'");
    }

    private void refused(String constraint, String sql) {
        assertThatThrownBy(() -> service.jdbc().sql(sql).update())
                .isInstanceOf(DataAccessException.class)
                .rootCause()
                .isInstanceOfSatisfying(
                        PSQLException.class,
                        refused -> assertThat(Objects.requireNonNull(refused.getServerErrorMessage())
                                        .getConstraint())
                                .isEqualTo(constraint));
    }

    @Test
    void howManyEarlierCallsAWiderAnswerWouldHaveAnsweredIsSaid() {
        service.ask(call(COPY));
        service.ask(call(COPY).inSession("another"));
        service.ask(call("{\"args\":[\"other.txt\",\"backup/other.txt\"],\"executable\":\"cp\"}"));
        AskedCall call = service.ask(call(COPY));
        coverage(call, "?scope=session", 3, 3, 2);
        coverage(call, "?scope=time", 4, 4, 3);
        coverage(call, "?scope=time&open=any:/args/0&open=prefix:7:/args/1", 4, 4, 4);
        coverage(call, "?scope=time&open=any:/args/0&open=prefix:8:/args/1", 4, 4, 3);
        assertThat(ada.get("/v1/approvals/" + call.approvalId + "/coverage?open=any:/args/7")
                        .code())
                .isEqualTo("PATTERN_NOT_SHOWN");
        assertThat(ada.get("/v1/approvals/" + call.approvalId + "/coverage?open=some")
                        .status())
                .isEqualTo(400);
    }

    private void coverage(AskedCall call, String query, int calls, int compared, int covered) {
        JsonNode said = ada.get("/v1/approvals/" + call.approvalId + "/coverage" + query)
                .body();
        assertThat(List.of(
                        said.path("calls").asInt(-1),
                        said.path("compared").asInt(-1),
                        said.path("covered").asInt(-1)))
                .as(query)
                .containsExactly(calls, compared, covered);
    }

    @Test
    void whatIsComparedIsForgottenWithTheArgumentsAndNotBefore() {
        String live = grant(call(COPY), "time", "{}");
        String revoked = grant(call("{\"args\":[\"x\"],\"executable\":\"rm\"}"), "time", "{}");
        AskedCall open = service.ask(call(COPY).offeringOnce());
        byte[] ofLive = mac(live);
        byte[] ofRevoked = mac(revoked);
        ada.post("/v1/grants/" + revoked + ":revoke", "{}");
        coverage(open, "?scope=time", 3, 3, 2);

        service.bean(Approvals.class).forget(Duration.ofDays(7));
        assertThat(mac(revoked)).isEqualTo(ofRevoked);
        coverage(open, "?scope=time", 3, 3, 2);

        service.bean(Approvals.class).forget(Duration.ZERO);
        assertThat(mac(revoked)).isNotEqualTo(ofRevoked).hasSize(32);
        assertThat(mac(live)).isEqualTo(ofLive);
        // Of the two that were answered only the number is known; the one that waits is still compared.
        coverage(open, "?scope=time", 3, 1, 1);
        answered(call(COPY));
        refused(
                "approval_grant_kept",
                "update approval_grant set shown = '', arguments_mac = sha256('x') where id = '" + live + "'");
    }

    private byte[] mac(String grantId) {
        return service.jdbc()
                .sql("select arguments_mac from approval_grant where workspace_id = :workspace and id = :id")
                .param("workspace", workspace)
                .param("id", grantId)
                .query((row, _) -> row.getBytes(1))
                .single();
    }

    @Test
    void noArgumentIsKeptWithAGrant() {
        grant(
                call("{\"args\":[\"s3cret-name.txt\",\"backup/x\"],\"executable\":\"cp\"}"),
                "time",
                "{\"open\":[\"any:/args/1\"]}");
        List<String> rows = service.jdbc()
                .sql(
                        "select (to_jsonb(g) - '{shown,given}'::text[])::text || encode(given, 'escape') from approval_grant g"
                                + " where workspace_id = :workspace")
                .param("workspace", workspace)
                .query(String.class)
                .list();
        assertThat(rows).hasSize(1).noneMatch(row -> row.contains("s3cret"));
    }
}
