package dev.sallyport.policy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.pages.PageController;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.limit.RateLimitedException;
import dev.sallyport.policy.limit.RequestRates;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Who gets which page, and what a form needs to count. */
class PageAccessTest {
    private static final List<String> ADMINS = List.of("/policy/members", "/policy/tokens", "/policy/config/edit");

    private final RunningPolicyService service = SharedService.get();

    /** Every page and act under {@code /policy}, with a name where its pattern has a variable. */
    private List<String> paths(String method) {
        return EndpointPermissionWalk.table(service.context()).stream()
                .filter(endpoint -> endpoint.path().startsWith("/policy")
                        && endpoint.method().equals(method))
                .map(endpoint -> endpoint.path().replaceAll("\\{[a-z]+}", "x").replace("**", "x"))
                .toList();
    }

    private WebVisitor signedIn(String name, String... roles) {
        service.person(name, roles);
        return visitor(service.session(name));
    }

    private WebVisitor visitor(String session) {
        WebVisitor visitor = new WebVisitor(service);
        visitor.keep(SessionIntrospector.COOKIE, session);
        return visitor;
    }

    @Test
    void withoutASessionEveryPageSaysWhereToSignIn() {
        WebVisitor nobody = new WebVisitor(service);
        List<String> pages = new ArrayList<>(paths("GET"));
        assertThat(pages).contains("/policy", "/policy/tools", "/policy/config", "/policy/tokens");
        assertThat(pages.remove("/policy/assets/x")).isTrue();
        for (String page : pages) {
            HttpResponse<String> answer = nobody.get(page);
            assertThat(answer.statusCode()).as(page).isEqualTo(401);
            assertThat(answer.body())
                    .as(page)
                    .contains("https://approval.example/console/sign-in")
                    .doesNotContain("<nav");
        }
        assertThat(signedIn("anna-looks", "admin").get("/policy").statusCode()).isEqualTo(200);
    }

    @Test
    void whoHasMadeTheirRequestsReadsThatOnAPage() {
        WebVisitor visitor = signedIn("rita-is-fast", "auditor");
        assertThat(visitor.get("/policy").statusCode()).as("control").isEqualTo(200);
        Principal rita = service.bean(LocalIntrospector.class)
                .byName("person:rita-is-fast", service.workspaceId())
                .orElseThrow();

        HttpResponse<String> answer = visitor.get("/policy");
        // Every tenth of a second one request more is allowed, and the page may be asked for in just that moment.
        for (int attempt = 0; attempt < 50 && answer.statusCode() == 200; attempt++) {
            useUp(rita);
            answer = visitor.get("/policy");
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(answer.body()).contains("<main").contains("600 requests in a minute");
        assertThat(answer.headers().firstValue("Retry-After"))
                .hasValueSatisfying(
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
    }

    private void useUp(Principal person) {
        RequestRates rates = service.bean(RequestRates.class);
        try {
            rates.count(person, 600);
            rates.count(person, 1);
        } catch (RateLimitedException _) {
            // Nothing is left: that is what was wanted.
        }
        for (int left = 0; left < 600; left++) {
            try {
                rates.count(person, 1);
            } catch (RateLimitedException _) {
                return;
            }
        }
    }

    @Test
    void aTokenOrACertificateOpensNoPageAndActsThroughNoForm() {
        String token = service.person("anna-has-a-token", "admin");
        String form = "principal=person%3Aby-a-token&roles=auditor";
        assertThat(service.with(token, "GET", "/v1/members", null).status())
                .as("control: over the API")
                .isEqualTo(200);
        for (String page : List.of("/policy", "/policy/tools", "/policy/members")) {
            assertThat(service.withToken(token, "GET", page, null).statusCode())
                    .as(page)
                    .isEqualTo(401);
        }
        for (String act : paths("POST")) {
            assertThat(service.withToken(
                                    token,
                                    "POST",
                                    act,
                                    form,
                                    "Content-Type",
                                    "application/x-www-form-urlencoded",
                                    "Sec-Fetch-Site",
                                    "same-origin")
                            .statusCode())
                    .as(act)
                    .isIn(401, 403);
        }
        assertThat(service.internally("owner", "GET", "/policy", null).statusCode())
                .as("pages are on the public connector alone")
                .isEqualTo(404);
        assertThat(service.owner("GET", "/v1/members?limit=200", null).body().toString())
                .doesNotContain("person:by-a-token");
    }

    @Test
    void noActCountsWithoutTheFormOfThisSessionAndThisSite() {
        WebVisitor anna = signedIn("anna-has-forms", "admin");
        WebVisitor bert = signedIn("bert-has-forms", "admin");
        String own = anna.formToken("/policy/members");
        String others = bert.formToken("/policy/members");
        assertThat(own).isNotEqualTo(others);
        List<String> acts = paths("POST");
        assertThat(acts).contains("/policy/members", "/policy/config", "/policy/tokens/x/revoke");
        for (String act : acts) {
            assertThat(anna.post(act, Map.of()).statusCode()).as(act).isEqualTo(403);
            assertThat(anna.post(act, Map.of("form_token", others)).statusCode())
                    .as(act)
                    .isEqualTo(403);
            for (String site : List.of("cross-site", "same-site", "none")) {
                assertThat(anna.postFrom(site, act, Map.of("form_token", own)).statusCode())
                        .as(act + " from " + site)
                        .isEqualTo(403);
            }
        }
        String fresh = "person:" + SharedService.fresh("planted");
        Map<String, String> form = new LinkedHashMap<>(Map.of("principal", fresh, "roles", "auditor"));
        assertThat(anna.post("/policy/members", form).statusCode()).isEqualTo(403);
        assertThat(members()).doesNotContain(fresh);
        form.put("form_token", own);
        assertThat(anna.post("/policy/members", form).statusCode())
                .as("control: the same with the token")
                .isEqualTo(303);
        assertThat(members()).contains(fresh);
    }

    @Test
    void nothingIsDoneByReading() {
        assertThat(EndpointPermissionWalk.endpoints(service.context()).stream()
                        .filter(handler ->
                                AnnotatedElementUtils.hasAnnotation(handler.getBeanType(), PageController.class))
                        .map(handler -> handler.getMethod().getName()))
                .contains("change", "confirm", "withdraw", "activate", "issue", "revoke", "remove", "register");
        for (String act : paths("POST")) {
            assertThat(paths("ANY")).doesNotContain(act);
        }
        String config = service.owner("GET", "/v1/config", null).body().toString();
        WebVisitor anna = signedIn("anna-only-reads", "admin");
        for (String act : paths("POST")) {
            assertThat(anna.get(act).statusCode()).as(act).isIn(200, 404, 409);
        }
        assertThat(service.owner("GET", "/v1/config", null).body().toString()).isEqualTo(config);
    }

    @Test
    void whoLacksThePermissionOfTheApiLacksThatOfThePage() {
        WebVisitor olaf = signedIn("olaf-operates", "operator");
        WebVisitor anna = signedIn("anna-administers", "admin");
        for (String page : ADMINS) {
            assertThat(olaf.get(page).statusCode()).as(page).isEqualTo(403);
            assertThat(anna.get(page).statusCode()).as(page).isEqualTo(200);
        }
        String config = olaf.get("/policy/config").body();
        assertThat(config).contains("max_calls_per_run").doesNotContain("/policy/config/edit", "/policy/tokens");
        assertThat(anna.get("/policy/config").body()).contains("/policy/config/edit", "/policy/tokens");
        String token = anna.formToken("/policy/members");
        service.owner("POST", "/v1/freeze", "{\"scope\":\"principal\",\"id\":\"person:anna-administers\"}");
        try {
            assertThat(anna.get("/policy/members").statusCode()).isEqualTo(403);
            HttpResponse<String> frozen = anna.post(
                    "/policy/members",
                    Map.of("principal", "person:by-the-frozen", "roles", "auditor", "form_token", token));
            assertThat(frozen.statusCode()).isEqualTo(403);
            assertThat(frozen.body()).contains("frozen");
            assertThat(olaf.get("/policy").body()).contains("principal person:anna-administers");
        } finally {
            service.owner("POST", "/v1/unfreeze", "{\"scope\":\"principal\",\"id\":\"person:anna-administers\"}");
        }
        assertThat(members()).doesNotContain("person:by-the-frozen");
    }

    @Test
    void whoHasSignedOutIsOut() {
        service.person("anna-leaves", "admin");
        String session = service.session("anna-leaves");
        WebVisitor anna = visitor(session);
        assertThat(anna.get("/policy").statusCode()).isEqualTo(200);
        service.bean(Neighbours.Sessions.class).signOut(session);
        assertThat(anna.get("/policy").statusCode()).isEqualTo(401);
    }

    @Test
    void pagesAreHeldToTheirOwnFiles() {
        HttpResponse<String> page = signedIn("anna-looks-at-headers", "admin").get("/policy/tools");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control").orElse("")).isEqualTo("no-store");
        assertThat(page.body())
                .doesNotContainPattern("<script(?! src=\"/policy/assets/)")
                .doesNotContain(" style=");
        WebVisitor nobody = new WebVisitor(service);
        assertThat(nobody.get("/policy/assets/pages.css").statusCode()).isEqualTo(200);
        assertThat(nobody.get("/policy/assets/application.yml").statusCode()).isEqualTo(404);
    }

    private List<String> members() {
        return service.jdbc()
                .sql("select principal from member")
                .query(String.class)
                .list();
    }
}
