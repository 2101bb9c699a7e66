package dev.sallyport.cli.members;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.StandInService;
import org.junit.jupiter.api.Test;

/** Who is let in, and by which link. */
class MembersCommandsTest extends CommandsOverHttp {
    private static final String ALICE = "{\"principal\":\"person:alice\",\"roles\":[\"operator\"]}";
    private static final String LINK = "{\"sign_in_token\":\"once\",\"expires_at\":\"2026-11-29T10:15:00Z\"}";

    @Test
    void somebodyNewIsAddedAndAMemberIsNotChanged() {
        service.on("GET /v1/members", 200, "{\"items\":[]}");
        service.on("GET /v1/members", 200, "{\"items\":[" + ALICE + "]}");
        service.on("POST /v1/members", 200, ALICE);
        Result added = run("members", "add", "alice", "--role", "operator");
        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(service.asked().getLast().body()).isEqualTo(ALICE);
        Result again = run("members", "add", "alice", "--role", "admin");
        assertThat(again.exit()).isEqualTo(6);
        assertThat(again.err()).contains("person:alice is a member already, as operator", "sallyport members set");
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsExactly("GET", "POST", "GET");
    }

    @Test
    void aMemberIsFoundOnALaterPage() {
        service.on("GET /v1/members", 200, "{\"items\":[{\"principal\":\"agent:demo\"}],\"next\":\"c\"}");
        service.on("GET /v1/members", 200, "{\"items\":[" + ALICE + "]}");
        assertThat(run("members", "add", "person:alice", "--role", "operator").exit())
                .isEqualTo(6);
        assertThat(service.asked().getLast().target()).contains("after=c");
    }

    @Test
    void whoIsInvitedIsAMemberWithALink() {
        service.on("GET /v1/members", 200, "{\"items\":[]}");
        service.on("POST /v1/members", 200, ALICE);
        service.on("POST /v1/sign-in-tokens", 201, LINK);
        Result result = command()
                .with("SALLYPORT_CONSOLE_URL", "https://console.example")
                .of(options("invite", "alice", "--role", "operator"));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("person:alice", "https://console.example/console/sign-in#once", "2026-11-29T10:15:00Z");
        assertThat(result.err()).contains("works once");
        assertThat(service.asked().getLast().body()).isEqualTo("{\"principal\":\"person:alice\"}");
    }

    @Test
    void aMemberGetsANewLinkButNoOtherRoles() {
        service.on("GET /v1/members", 200, "{\"items\":[" + ALICE + "]}");
        service.on("POST /v1/sign-in-tokens", 201, LINK);
        assertThat(run("invite", "alice").exit()).isZero();
        assertThat(service.asked()).extracting(StandInService.Asked::target).doesNotContain("/v1/members");
        Result other = run("invite", "alice", "--role", "owner");
        assertThat(other.exit()).isEqualTo(6);
        assertThat(other.err()).contains("sallyport members set person:alice");
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsExactly("GET", "POST", "GET");
    }

    @Test
    void anInvitationThatLacksSomethingSaysWhat() {
        service.on("GET /v1/members", 200, "{\"items\":[]}");
        Result noRole = run("invite", "bob");
        assertThat(noRole.exit()).isEqualTo(2);
        assertThat(noRole.err()).contains("person:bob is no member yet", "--role operator");
        Result agent = run("invite", "agent:demo", "--role", "agent");
        assertThat(agent.exit()).isEqualTo(2);
        assertThat(agent.err()).contains("sallyport tokens create");
        service.on("POST /v1/members", 200, ALICE);
        service.on("POST /v1/sign-in-tokens", 403, problem(403, "OTHER_PERSON", "Only the owner's device can."));
        Result noDevice = run("invite", "alice", "--role", "operator");
        assertThat(noDevice.exit()).isEqualTo(4);
        assertThat(noDevice.err()).contains("OTHER_PERSON", "person:alice is a member. What is missing is the link");
    }
}
