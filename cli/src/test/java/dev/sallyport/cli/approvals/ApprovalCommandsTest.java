package dev.sallyport.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.SampleApproval;
import dev.sallyport.cli.harness.StandInService;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What waits for a human is listed, shown and answered. */
class ApprovalCommandsTest extends CommandsOverHttp {
    @Test
    void anApprovalIsShownAskedForAndSentWithTheDigestOfWhatWasShown() {
        service.on("GET /v1/approvals/A", 200, SampleApproval.record());
        service.on("POST /v1/approvals/A:approve", 200, SampleApproval.record());
        Result result = command().input("yes\n").of(options("approvals", "approve", "A", "--reason", "fine"));
        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("Run the program cp", "Approve this once?");
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"prompt_digest\":\"" + SampleApproval.promptDigest()
                        + "\",\"scope\":\"once\",\"reason\":\"fine\"}");
    }

    @Test
    void anythingButYesApprovesNothing() {
        service.on("GET /v1/approvals/A", 200, SampleApproval.record());
        assertThat(command()
                        .input("y\n")
                        .of(options("approvals", "approve", "A"))
                        .exit())
                .isEqualTo(1);
        assertThat(command().input("").of(options("approvals", "approve", "A")).exit())
                .isEqualTo(1);
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsOnly("GET");
    }

    @Test
    void aPromptThatIsNotTheOneOfItsDigestIsNotAnswered() {
        service.on("GET /v1/approvals/A", 200, SampleApproval.record().replace("prompt_salt", "another"));
        assertThat(run("approvals", "approve", "A", "--yes").exit()).isEqualTo(2);
        service.on("GET /v1/approvals/A", 200, SampleApproval.record().replace("with 2 arguments", "with 1 argument"));
        assertThat(run("approvals", "approve", "A", "--yes").exit()).isEqualTo(2);
        assertThat(run("approvals", "deny", "A").exit()).isEqualTo(2);
        assertThat(run("approvals", "show", "A").exit()).isEqualTo(1);
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsOnly("GET");
    }

    @Test
    void anotherPromptThanTheOneSeenBeforeIsNotApproved() {
        service.on("GET /v1/approvals/A", 200, SampleApproval.record());
        service.on("POST /v1/approvals/A:approve", 200, SampleApproval.record());
        assertThat(run("approvals", "approve", "A", "--prompt-digest", "0".repeat(64))
                        .exit())
                .isEqualTo(2);
        assertThat(run("approvals", "approve", "A", "--prompt-digest", SampleApproval.promptDigest())
                        .exit())
                .isZero();
    }

    @Test
    void whoIsAskedAboutASkillSeesWhoseItIsAndWhatItAsksFor() {
        service.on(
                "GET /v1/approvals/A",
                200,
                SampleApproval.record()
                        .replace(
                                "\"prompt\":{",
                                "\"prompt\":{\"skill\":{\"id\":\"acme.fetch\",\"version\":\"1.0.0\",\"publisher\":\"acme\","
                                        + "\"signed_by\":\"5163\",\"package\":\"7061\",\"module\":\"6d6f\",\"granted\":[],"
                                        + "\"asks_for\":[\"http GET https://a.example/*\",\"secret token\"]},"));

        assertThat(run("approvals", "show", "A").out())
                .containsSubsequence("acme.fetch 1.0.0", "acme", "5163", "7061", "6d6f", "http GET https://a.example/*")
                .containsSubsequence("secret token", "granted", "nothing");
    }

    @Test
    void anAnswerThatComesTooLateEndsWithSix() {
        service.on("GET /v1/approvals/A", 200, SampleApproval.record());
        service.on("POST /v1/approvals/A:deny", 409, problem(409, "ALREADY_RESOLVED", ""));
        assertThat(run("approvals", "deny", "A").exit()).isEqualTo(6);
    }

    @Test
    void theQueueIsListedWithHostileTextMadeVisible() {
        service.on(
                "GET /v1/approvals",
                200,
                "{\"items\":[{\"approval_id\":\"A\",\"state\":\"pending\",\"risk\":\"medium\",\"tool\":\"x\","
                        + "\"principal\":\"agent:demo\",\"summary\":\"a\\u001b]0;pwn\\u0007b\\nc\"}]}");
        Result result = run("approvals", "list");
        assertThat(result.out()).contains("a\\u{1B}]0;pwn\\u{7}b\\nc");
        assertThat(result.out().lines()).hasSize(2);
    }

    @Test
    void whatWasAnsweredIsListedWithWhoAndWhen() {
        service.on(
                "GET /v1/approvals",
                200,
                "{\"items\":[{\"approval_id\":\"A\",\"state\":\"approved\",\"tool\":\"x\",\"summary\":\"s\",\"command\":\"rm -r build\","
                        + "\"resolved_at\":\"2026-11-29T10:00:00Z\",\"resolutions\":[{\"principal\":\"person:bob\"}]}]}");
        Result result = run("approvals", "list", "--state", "approved");
        assertThat(result.out())
                .contains("ANSWERED_BY", "RESOLVED_AT", "person:bob", "2026-11-29T10:00:00Z", "rm -r build");
        Result wrong = run("approvals", "list", "--state", "aproved");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("pending, approved, denied");
        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void changesOfTheQueueAreWatched() {
        service.on(
                "GET /v1/approvals/events",
                200,
                "text/event-stream",
                ": hello\n\nevent: approval\ndata: {\"approval_id\":\"A\",\"state\":\"pending\",\"tool\":\"x\"}\n\n"
                        .getBytes(StandardCharsets.UTF_8));
        Result result = run("approvals", "watch", "--count", "1");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("A  pending  x");
    }
}
