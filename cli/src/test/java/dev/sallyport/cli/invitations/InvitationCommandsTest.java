package dev.sallyport.cli.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import org.junit.jupiter.api.Test;

/** Two people let a third one in: what each is told, and what is asked of the service. */
class InvitationCommandsTest extends CommandsOverHttp {
    private static final String INVITATION =
            "{\"invitation_id\":\"01J\",\"state\":\"pending\",\"principal\":\"person:alice\",\"roles\":[\"operator\"],"
                    + "\"proposed_by\":\"person:anna\",\"expires_at\":\"soon\"}";

    @Test
    void eachOfTheTwoGetsOneHalfAndIsToldWhatToDoWithIt() {
        service.on("POST /v1/invitations", 201, "{\"beginning\":\"AAAA\",\"invitation\":" + INVITATION + "}");
        Result proposed = run("invitations", "propose", "alice", "--role", "operator");
        assertThat(proposed.exit()).as(proposed.err()).isZero();
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"principal\":\"person:alice\",\"roles\":[\"operator\"]}");
        assertThat(proposed.out()).contains("AAAA", "01J");
        assertThat(proposed.err()).contains("alone it does not work", "sallyport invitations confirm 01J");

        service.on(
                "POST /v1/invitations/01J:confirm",
                200,
                "{\"end\":\"BBBB\",\"expires_at\":\"tomorrow\",\"invitation\":" + INVITATION + "}");
        Result confirmed = run("invitations", "confirm", "01J");
        assertThat(confirmed.exit()).as(confirmed.err()).isZero();
        assertThat(confirmed.out()).contains("BBBB", "person:alice");
        assertThat(confirmed.err()).contains("person:anna hands over");

        service.on("GET /v1/invitations", 200, "{\"items\":[" + INVITATION + "]}");
        assertThat(run("invitations", "list").out()).contains("01J", "person:anna");
        service.on("DELETE /v1/invitations/01J", 200, INVITATION.replace("pending", "withdrawn"));
        assertThat(run("invitations", "withdraw", "01J").out()).contains("withdrawn");
    }
}
