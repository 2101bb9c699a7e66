package dev.sallyport.approval;

import static dev.sallyport.testkit.http.HostileHttp.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.testkit.http.HostileHttp;
import java.net.URI;

/** Hostile answers to a question: each is answered, never by a fault, and none but a good one changes the question. */
class ApprovalHttpFuzzTest {
    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    @FuzzTest
    void answersOfSomebodyWhoMayNotAnswerChangeNothing() {
        AskedCall call = service.ask(AskedCall.in(workspace).accountable("person:asker"));
        service.policy.operator(workspace, "person:asker");
        String token = service.policy.token(workspace, "person:asker");
        String bearer = "Authorization: Bearer " + token;
        String json = "Content-Type: application/json";
        Fuzz.target("approval-answers")
                .samples(
                        request(
                                "GET",
                                "/v1/approvals?state=pending&limit=5&after=01JD0000000000000000000001",
                                bearer,
                                ""),
                        request("GET", "/v1/approvals/" + call.approvalId, bearer, ""),
                        request("GET", "/console/sign-in", "", ""))
                .words(
                        "POST /v1/approvals/" + call.approvalId + ":approve",
                        "POST /v1/approvals/" + call.approvalId + ":deny",
                        json + "\n\n{\"prompt_sha256\":\"" + call.promptDigest.hex()
                                + "\",\"scope\":\"once\",\"reason\":\"x\"}",
                        "POST /console/sign-in",
                        "Content-Type: application/x-www-form-urlencoded",
                        "Cookie: sp_session=sp_ses_x",
                        "token=",
                        ":approve",
                        ":deny")
                .refusing(HostileHttp.Refused.class)
                .rounds(300)
                .longest(60_000)
                .run(HostileHttp.plain(URI.create(service.open("/")).getPort(), ApprovalHttpFuzzTest::anything));
        assertThat(service.state(call)).isEqualTo("pending");
    }

    private static void anything(HostileHttp.Answer answer) {}
}
