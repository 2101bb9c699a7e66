package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.People.Token;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.e2e.harness.SignIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A token or session that does not count opens no service, and neither stands for the other. */
@ExtendWith(SharedFleet.class)
class CredentialsTest extends VisitorCases {
    @Test
    void aTokenThatDoesNotCountOpensNoService() {
        Token revoked = people.person("rita", "owner");
        Token expired = people.person("emil", "owner");
        String control = ownerToken();
        for (String service : Fleet.SERVICES) {
            for (String token : List.of(control, revoked.secret(), expired.secret())) {
                assertThat(status(service, token)).as("control: " + service).isEqualTo(200);
            }
        }
        people.revoke(revoked);
        new Databases(fleet)
                .update(
                        "policy_service",
                        "update api_token set created_at = now() - interval '2 days', expires_at = now() - interval '1 s'"
                                + " where token_id = '" + expired.id() + "'");
        String good = revoked.secret();
        char last = good.charAt(good.length() - 1);
        String typo = good.substring(0, good.length() - 1) + (last == '0' ? '1' : '0');
        Token forgotten = people.person("uwe", "owner");
        new Databases(fleet)
                .update("policy_service", "delete from api_token where token_id = '" + forgotten.id() + "'");
        String unknown = forgotten.secret();
        for (String service : Fleet.SERVICES) {
            for (String token : List.of(typo, unknown, "sp_usr_", "x".repeat(9_000), good + good, "sp_ses_" + good)) {
                assertThat(status(service, token)).as(service + " " + token).isEqualTo(401);
            }
            Awaitility.await("a revoked and an expired token end at " + service)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> status(service, revoked.secret()) == 401 && status(service, expired.secret()) == 401);
            assertThat(status(service, control)).as("control: " + service).isEqualTo(200);
            Api inQuery = new Api(fleet.url(service), control);
            for (String query :
                    List.of("?access_token=" + control, "?q=" + control, "?q=%73p" + control.substring(2))) {
                assertThat(inQuery.get(readable(service) + query).status())
                        .as(service)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void aSessionIsNoTokenAndATokenIsNoSession() {
        String cookie = signIn("olga");
        for (String service : List.of("approval-service", "attestation-service", "policy-service")) {
            Api nobody = new Api(fleet.url(service), "");
            String path = readable(service);
            assertThat(nobody.get(path, Map.of("Cookie", "sp_session=" + cookie))
                            .status())
                    .as("control: " + service)
                    .isEqualTo(200);
            assertThat(status(service, cookie)).as(service).isEqualTo(401);
            assertThat(nobody.get(path, Map.of("Cookie", "sp_session=" + ownerToken()))
                            .status())
                    .as(service)
                    .isEqualTo(401);
            assertThat(nobody.get(path, Map.of("Cookie", "sp_session=" + cookie.substring(0, 50)))
                            .status())
                    .as(service)
                    .isEqualTo(401);
        }
        Api pages = new Api(fleet.url("policy-service"), "");
        assertThat(pages.get("/policy", Map.of("Cookie", "sp_session=" + cookie))
                        .text())
                .as("the console's session opens policy-service's pages")
                .contains("person:olga");
        assertThat(pages.get("/policy", Map.of("Cookie", "sp_session=" + ownerToken()))
                        .status())
                .isEqualTo(401);
        assertThat(new Api(fleet.url("policy-service"), ownerToken())
                        .get("/policy")
                        .status())
                .isEqualTo(401);
        assertThat(pages.post(
                                "/v1/sign-in-tokens",
                                "{}",
                                Map.of("Cookie", "sp_session=" + cookie, "Sec-Fetch-Site", "same-origin"))
                        .at("/code"))
                .isEqualTo("SESSION_CANNOT_SIGN_IN");
    }

    private static String signIn(String person) {
        String cookie = SignIn.with(fleet, people.signInToken(person));
        assertThat(cookie).as("signed in").startsWith("sp_ses_");
        return cookie;
    }
}
