package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.connector.ApiTokens;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two people let a third one in: each has half of the link, and neither is anybody with that. */
class InvitationsTest {
    private static final String ALONE = "01JF0REGN000000000000A0NE2";

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("guest");
    private final String anna = service.person(name + "-anna", "admin");
    private final String bert = service.person(name + "-bert", "admin");

    @Test
    void twoAdminsLetAPersonInAndNeitherHalfSignsInAlone() {
        Answer proposed = propose(anna, "operator");
        assertThat(proposed.status()).as(proposed.body().toString()).isEqualTo(201);
        String id = proposed.body().at("/invitation/invitation_id").asString();
        String beginning = proposed.body().path("beginning").asString();
        assertThat(proposed.body().at("/invitation/state").asString()).isEqualTo("pending");
        assertThat(member()).as("not yet").isNull();
        assertThat(service.with(bert, "GET", "/v1/invitations?limit=200", null)
                        .response()
                        .body())
                .contains(id)
                .doesNotContain(beginning);
        assertThat(act(anna, "POST", id, ":confirm").code()).isEqualTo("SECOND_PERSON_NEEDED");
        String operator = service.person(name + "-olga", "operator");
        assertThat(act(operator, "POST", id, ":confirm").code()).isEqualTo("PERMISSION_MISSING");

        Answer confirmed = act(bert, "POST", id, ":confirm");

        assertThat(confirmed.status()).as(confirmed.body().toString()).isEqualTo(200);
        String end = confirmed.body().path("end").asString();
        assertThat(confirmed.response().body()).doesNotContain(beginning);
        assertThat(member()).isEqualTo("operator");
        assertThat(act(bert, "POST", id, ":confirm").code()).isEqualTo("INVITATION_NOT_PENDING");
        for (String part : new String[] {beginning, end, end + beginning, beginning + beginning, end + end}) {
            assertThat(redeemed(part)).as("no link").isNull();
        }
        assertThat(redeemed(beginning + end)).isEqualTo("person:" + name);
        assertThat(redeemed(beginning + end)).as("once").isNull();
    }

    @Test
    void nobodyIsInvitedAboveThoseWhoInvite() {
        assertThat(propose(anna, "owner").code()).isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(anna, "POST", "/v1/invitations", "{\"principal\":\"agent:x\",\"roles\":[\"agent\"]}")
                        .code())
                .isEqualTo("INVALID_PRINCIPAL");
        assertThat(service.with(anna, "POST", "/v1/invitations", "{\"principal\":\"person:" + name + "\"}")
                        .code())
                .as("as what")
                .isEqualTo("INVALID_ROLE");
        assertThat(service.with(anna, "POST", "/v1/invitations", "{\"principal\":\"person:owner\"}")
                        .code())
                .as("a link for the owner")
                .isEqualTo("ABOVE_OWN_ROLE");
        service.person(name, "auditor");
        assertThat(propose(anna, "operator").code()).isEqualTo("ROLES_DIFFER");
        Answer again = propose(anna, "auditor");
        assertThat(again.status()).as("a new link for a member").isEqualTo(201);
        String id = again.body().at("/invitation/invitation_id").asString();
        service.owner("POST", "/v1/members", "{\"principal\":\"person:%s\",\"roles\":[\"owner\"]}".formatted(name));
        assertThat(act(bert, "POST", id, ":confirm").status())
                .as("who has become mightier meanwhile is not let in by an admin")
                .isIn(403, 409);
        service.owner("POST", "/v1/members", "{\"principal\":\"person:%s\",\"roles\":[\"auditor\"]}".formatted(name));
        assertThat(act(bert, "POST", id, ":confirm").status())
                .as("control: it waits still, and the person is as before")
                .isEqualTo(200);
    }

    @Test
    void theInvitedOneAServiceAndWhoAnswersForTheProposerConfirmNothing() {
        String own = "{\"kind\":\"service\",\"name\":\"%s\",\"roles\":[\"admin\"]}".formatted(name);
        String robot = service.with(anna, "POST", "/v1/tokens", own)
                .body()
                .path("token")
                .asString();
        String byRobot = id(propose(robot, "operator"));
        assertThat(act(anna, "POST", byRobot, ":confirm").code()).isEqualTo("SECOND_PERSON_NEEDED");
        String byAnna = id(propose(anna, "operator"));
        assertThat(act(robot, "POST", byAnna, ":confirm").code()).isEqualTo("SECOND_PERSON_NEEDED");
        assertThat(act(bert, "DELETE", byAnna, "").body().path("state").asString())
                .isEqualTo("withdrawn");
        assertThat(act(bert, "POST", byAnna, ":confirm").code()).isEqualTo("INVITATION_NOT_PENDING");
        assertThat(act(bert, "POST", byRobot, ":confirm").status())
                .as("control: somebody else")
                .isEqualTo(200);
        assertThat(act(bert, "POST", "01JF0REGN00000000000000000", ":confirm").status())
                .isEqualTo(404);
    }

    @Test
    void whatWaitedTooLongOrWasForOneWhoWasRemovedLetsNobodyIn() {
        String late = id(propose(anna, "operator"));
        service.jdbc()
                .sql("update invitation set expires_at = now() - interval '1 second' where invitation_id = :id")
                .param("id", late)
                .update();
        assertThat(act(bert, "POST", late, ":confirm").code()).isEqualTo("INVITATION_NOT_PENDING");
        service.person(name, "auditor");
        String removed = id(propose(anna, "auditor"));
        assertThat(service.owner("DELETE", "/v1/members/person:" + name, null).status())
                .isEqualTo(200);
        assertThat(act(bert, "POST", removed, ":confirm").code()).isEqualTo("INVITATION_NOT_PENDING");
        assertThat(member()).isNull();
    }

    @Test
    void whoIsAloneInvitesNobodyWithoutTheOwnersDevice() {
        service.jdbc()
                .sql("insert into workspace (workspace_id, name) values (:id, 'invites-alone')")
                .param("id", ALONE)
                .update();
        service.jdbc()
                .sql("insert into member (workspace_id, principal, roles, created_by)"
                        + " values (:id, 'person:alone', array['owner'], 'test')")
                .param("id", ALONE)
                .update();
        String token = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
        service.jdbc()
                .sql(
                        "insert into api_token (token_id, workspace_id, principal, hash, label, scopes, channels, accountable,"
                                + " expires_at) values (:id, :id, 'person:alone', :hash, '', '{}', '{api}', 'person:alone',"
                                + " now() + interval '1 day')")
                .param("id", ALONE)
                .param("hash", ApiTokens.hash(token).bytes())
                .update();
        Answer refused = propose(token, "operator");
        assertThat(refused.code()).isEqualTo("SECOND_PERSON_NEEDED");
        assertThat(refused.body().path("detail").asString()).contains("sallyport invite");
    }

    private Answer propose(String token, String role) {
        return service.with(
                token,
                "POST",
                "/v1/invitations",
                "{\"principal\":\"person:%s\",\"roles\":[\"%s\"]}".formatted(name, role));
    }

    private static String id(Answer proposed) {
        assertThat(proposed.status()).as(proposed.body().toString()).isEqualTo(201);
        return proposed.body().at("/invitation/invitation_id").asString();
    }

    private Answer act(String token, String method, String id, String verb) {
        return service.with(token, method, "/v1/invitations/" + id + verb, null);
    }

    private @Nullable String member() {
        return service.bean(Members.class)
                .find(service.workspaceId(), "person:" + name)
                .map(member -> String.join(" ", member.roles()))
                .orElse(null);
    }

    /** Whom approval-service would sign in. */
    private @Nullable String redeemed(String token) {
        var answer = service.as(
                        "approval-service",
                        "POST",
                        "/internal/v1/sign-in-tokens:redeem",
                        "{\"token\":\"%s\"}".formatted(token))
                .body();
        return answer.path("active").asBoolean() ? answer.path("principal").asString() : null;
    }
}
