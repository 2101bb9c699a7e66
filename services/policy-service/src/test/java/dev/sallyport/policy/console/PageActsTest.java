package dev.sallyport.policy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What admins and policy authors do on the pages: the same as over the API, by the same rules. */
class PageActsTest {
    private static final String ELSEWHERE = "01JF0REGN000000000000PAGES";
    private static final Pattern FIELD = Pattern.compile("<(?:input|textarea|select)[^>]* name=\"([^\"]+)\"[^>]*>");

    private final RunningPolicyService service = SharedService.get();
    private final String token = service.person("anna-on-pages", "admin");
    private final WebVisitor anna = signedIn("anna-on-pages");
    private final WebVisitor bert = signedIn("bert-on-pages");
    private final String name = SharedService.fresh("paged");

    private WebVisitor signedIn(String person) {
        service.person(person, "admin");
        WebVisitor visitor = new WebVisitor(service);
        visitor.keep(SessionIntrospector.COOKIE, service.session(person));
        return visitor;
    }

    @AfterEach
    void asBefore() {
        ObjectNode config =
                (ObjectNode) service.owner("GET", "/v1/config", null).body();
        config.withArray("allowed_channels")
                .removeIf(channel -> channel.asString().startsWith("paged"));
        config.put("max_calls_per_run", 100);
        service.configure(config.toString());
        if (!api("GET", "/v1/policy-activations?limit=1", null)
                .body()
                .at("/items/0/set")
                .asString()
                .equals("baseline")) {
            service.owner("POST", "/v1/policy-activations:rollback", null);
        }
        assertThat(api("GET", "/v1/policy-activations?limit=1", null)
                        .body()
                        .at("/items/0/set")
                        .asString())
                .isEqualTo("baseline");
    }

    private Answer api(String method, String path, @Nullable String body) {
        return service.owner(method, path, body);
    }

    /** The form at that path as it stands, with these fields instead. */
    private static HttpResponse<String> send(WebVisitor who, String page, String act, Map<String, String> fields) {
        Map<String, String> form = new LinkedHashMap<>(fields);
        form.put("form_token", who.formToken(page));
        return who.post(act, form);
    }

    private static String value(String html, String field) {
        return Pattern.compile("name=\"" + field + "\" value=\"([^\"]*)\"")
                .matcher(html)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + field + " in " + html));
    }

    private static String location(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String location = answer.headers().firstValue("Location").orElseThrow();
        return location.replaceFirst("^https?://[^/]+", "");
    }

    private JsonNode config() {
        return api("GET", "/v1/config", null).body();
    }

    /** All fields of the form for the configuration, one of them with another value. */
    private Map<String, String> edited(String version, String field, String value) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("version", version);
        fields("config.", config(), form);
        form.remove("config.version");
        assertThat(form).containsKey(field);
        form.put(field, value);
        return form;
    }

    private static void fields(String prefix, JsonNode object, Map<String, String> form) {
        object.properties().forEach(entry -> {
            String name = prefix + entry.getKey();
            if (entry.getValue().isObject()) {
                fields(name + ".", entry.getValue(), form);
            } else {
                form.put(name, text(entry.getValue()));
            }
        });
    }

    private static String text(JsonNode value) {
        return value.isArray()
                ? String.join("\n", value.valueStream().map(JsonNode::asString).toList())
                : value.asString();
    }

    @Test
    void aChangeOfTheConfigurationIsLookedAtSentAndConfirmedByAnother() {
        String edit = anna.get("/policy/config/edit").body();
        String channels = text(config().path("allowed_channels")) + "\n" + name + "\u202etxt";
        Map<String, String> form = edited(value(edit, "version"), "config.allowed_channels", channels);
        assertThat(FIELD.matcher(edit).results().map(found -> found.group(1)))
                .as("the form shows every field")
                .containsAll(form.keySet());

        HttpResponse<String> review = send(anna, "/policy/config/edit", "/policy/config/review", form);

        assertThat(review.statusCode()).isEqualTo(200);
        assertThat(review.body()).contains(name, "U+202E", "It opens something (allowed_channels)");
        assertThat(config().toString()).as("looking changes nothing").doesNotContain(name);
        String document = unescaped(value(review.body(), "document"));
        String pending = location(send(anna, "/policy/config/edit", "/policy/config", Map.of("document", document)));
        assertThat(pending).startsWith("/policy/config/changes/");
        assertThat(config().toString()).as("it waits").doesNotContain(name);
        String own = anna.get(pending).body();
        assertThat(own).contains("somebody else confirms it").doesNotContain("Confirm this change");
        String digest = value(bert.get(pending).body(), "digest");
        assertThat(send(anna, pending, pending + "/confirm", Map.of("digest", digest))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(bert, pending, pending + "/confirm", Map.of("digest", "0".repeat(64)))
                        .statusCode())
                .as("something else than what was read")
                .isEqualTo(409);
        assertThat(config().toString()).doesNotContain(name);

        assertThat(location(send(bert, pending, pending + "/confirm", Map.of("digest", digest))))
                .isEqualTo("/policy/config");

        assertThat(config().path("allowed_channels").toString()).contains(name);
        assertThat(bert.get(pending).body()).contains("confirmed").doesNotContain("Confirm this change");
    }

    private static String unescaped(String html) {
        return html.replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    @Test
    void aFormThatIsOldIncompleteOrWrongChangesNothing() {
        String before = config().toString();
        String version = config().path("version").asString();
        Map<String, String> old = edited("0", "config.max_calls_per_run", "7");
        assertThat(send(anna, "/policy/config/edit", "/policy/config/review", old)
                        .statusCode())
                .isEqualTo(409);
        Map<String, String> wrong = edited(version, "config.max_calls_per_run", "-7");
        assertThat(send(anna, "/policy/config/edit", "/policy/config/review", wrong)
                        .statusCode())
                .isEqualTo(400);
        HttpResponse<String> shouting = send(
                anna,
                "/policy/config/edit",
                "/policy/config/review",
                edited(version, "config.allowlisted_tools", "Echo"));
        assertThat(shouting.statusCode()).isEqualTo(400);
        assertThat(shouting.body()).contains("is no name of a tool").contains("Echo</textarea>");
        Map<String, String> incomplete = edited(version, "config.max_calls_per_run", "7");
        incomplete.remove("config.allowed_principals");
        assertThat(send(anna, "/policy/config/edit", "/policy/config/review", incomplete)
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(anna, "/policy/config/edit", "/policy/config", Map.of("document", "{\"version\":1}"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(config().toString()).isEqualTo(before);
        HttpResponse<String> right = send(
                anna,
                "/policy/config/edit",
                "/policy/config/review",
                edited(version, "config.max_calls_per_run", "99"));
        assertThat(right.body()).contains("It opens nothing");
        assertThat(location(send(
                        anna,
                        "/policy/config/edit",
                        "/policy/config",
                        Map.of("document", unescaped(value(right.body(), "document"))))))
                .isEqualTo("/policy/config");
        assertThat(config().path("max_calls_per_run").asInt()).isEqualTo(99);
    }

    @Test
    void aToolIsRegisteredReadConfirmedAndRetired() {
        String tool = "paged." + name;
        String document = """
            {"name": "%s", "version": "1", "description": "<script>alert(1)</script> p\u0430ypal",
             "capabilities": [], "runtime": "process", "executable": "wc", "argv": ["-w"], "stdin": {"arg": "text"},
             "input_schema": {"type": "object", "additionalProperties": false, "required": ["text"],
               "properties": {"text": {"type": "string", "maxLength": 20000}}}}""".formatted(tool);
        HttpResponse<String> refused =
                send(anna, "/policy/new-tool", "/policy/tools", Map.of("document", "{\"name\": 1}"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("{&quot;name&quot;: 1}");

        String version = location(send(anna, "/policy/new-tool", "/policy/tools", Map.of("document", document)));

        assertThat(version).isEqualTo("/policy/tools/" + tool + "/versions/1");
        assertThat(bert.get("/policy/tools").body()).contains(tool);
        assertThat(bert.get("/policy").body()).contains("Tool " + tool + ", version 1");
        String page = bert.get(version).body();
        assertThat(page)
                .contains("&lt;script&gt;alert(1)", "U+0430")
                .doesNotContain("<script>alert")
                .contains("Confirm this version");
        assertThat(anna.get(version).body()).doesNotContain("Confirm this version");
        String digest = value(page, "digest");
        assertThat(send(bert, version, version + "/confirm", Map.of("digest", "0".repeat(64)))
                        .statusCode())
                .isEqualTo(409);
        assertThat(state(tool)).isEqualTo("pending");
        assertThat(location(send(bert, version, version + "/confirm", Map.of("digest", digest))))
                .isEqualTo("/policy/tools/" + tool);
        assertThat(state(tool)).isEqualTo("active");
        assertThat(anna.get("/policy/tools/" + tool).body())
                .contains("denied: not on the allowlist", "Profile of wc", "maxLength");
        assertThat(location(send(anna, version, version + "/retire", Map.of()))).isEqualTo(version);
        assertThat(state(tool)).isEqualTo("retired");
    }

    private String state(String tool) {
        return api("GET", "/v1/tools/" + tool + "/versions/1", null)
                .body()
                .path("state")
                .asString();
    }

    @Test
    void aPolicySetIsComparedAndActivatedOnlyWhileThatWhichItWasComparedWithDecides() {
        String rule = """
            @id("team.%s") @tier("hard") @reason("Not this one.")
            forbid (principal == Agent::"agent:%s", action, resource);
            """.formatted(name, name);
        String digest = uploaded(Map.of("hard/" + name + ".cedar", rule));
        String diff = "/policy/sets/" + digest + "/diff";
        assertThat(anna.get("/policy/sets").body()).contains(digest.substring(0, 12));
        assertThat(anna.get("/policy/sets/" + digest).body()).contains("hard/" + name + ".cedar", "Not this one.");
        assertThat(anna.get("/policy/sets/" + digest + "/check").body())
                .contains("The set has no tests.", "team." + name);
        String page = anna.get(diff).body();
        assertThat(page).contains("team." + name, "takes two people", "Not this one.");
        String tested =
                uploaded(Map.of("hard/" + name + ".cedar", rule, "tests/" + name + ".json", """
            {"tests": [{"name": "what is tested is read", "request": {"principal": "agent:%s", "tool": "echo"},
              "expect": {"decision": "deny", "rule": "team.%s"}}]}
            """.formatted(name, name)));
        assertThat(anna.get("/policy/sets/" + tested + "/diff?against=" + digest)
                        .body())
                .contains("tests/" + name + ".json", "what is tested is read");
        long position = Long.parseLong(value(page, "position"));
        String activate = "/policy/sets/" + digest + "/activate";
        HttpResponse<String> stale = send(anna, diff, activate, Map.of("position", Long.toString(position + 1)));
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("role=\"alert\"");
        assertThat(send(anna, diff, activate, Map.of()).statusCode()).isEqualTo(400);
        assertThat(active()).isEqualTo("baseline");

        String pending = location(send(anna, diff, activate, Map.of("position", Long.toString(position))));

        assertThat(pending).startsWith("/policy/changes/");
        assertThat(active()).as("it waits for another").isEqualTo("baseline");
        assertThat(anna.get(pending).body()).contains("somebody else confirms it");
        String shown = bert.get(pending).body();
        assertThat(shown).contains("Not this one.", "Confirm: it decides");
        Map<String, String> confirmation = Map.of("set", value(shown, "set"), "position", value(shown, "position"));
        assertThat(send(anna, pending, pending + "/confirm", confirmation).statusCode())
                .isEqualTo(403);
        assertThat(send(bert, pending, pending + "/confirm", Map.of("set", "baseline", "position", "0"))
                        .statusCode())
                .as("something else than what was read")
                .isEqualTo(409);
        assertThat(active()).isEqualTo("baseline");
        assertThat(location(send(bert, pending, pending + "/confirm", confirmation)))
                .isEqualTo("/policy/sets");
        assertThat(active()).isEqualTo(digest);

        String back = anna.get("/policy/rollback").body();
        assertThat(back).contains("Back to baseline", "team." + name);
        assertThat(send(
                                anna,
                                "/policy/rollback",
                                "/policy/rollback",
                                Map.of("set", digest, "position", value(back, "position")))
                        .statusCode())
                .as("another set than the one that was shown")
                .isEqualTo(409);
        String rollback = location(send(
                anna,
                "/policy/rollback",
                "/policy/rollback",
                Map.of("set", value(back, "set"), "position", value(back, "position"))));
        assertThat(location(send(anna, rollback, rollback + "/withdraw", Map.of())))
                .isEqualTo(rollback);
        assertThat(anna.get(rollback).body()).contains("withdrawn");
        assertThat(active()).isEqualTo(digest);
        String change = rollback.substring(rollback.lastIndexOf('/') + 1);
        Audit takenBack = (Audit) service.bean(Neighbours.Stated.class)
                .about("policy-change:" + service.workspaceId() + ":" + change)
                .statement()
                .predicate();
        assertThat(takenBack.event()).isEqualTo(AuditEvent.CONFIG_CHANGE_WITHDRAWN);
    }

    @Test
    void aPolicySetIsUploadedFromAPageAndIsThatOfTheApi() {
        String rule = """
            @id("team.%s") @tier("hard") @reason("Not this one.")
            forbid (principal == Agent::"agent:%s", action, resource);
            """.formatted(name, name);
        assertThat(anna.get("/policy/new-set").body()).contains("--- hard/team.cedar");
        String files = "--- hard/" + name + ".cedar\r\n" + rule.replace("\n", "\r\n");

        String check = location(send(anna, "/policy/new-set", "/policy/sets", Map.of("name", name, "files", files)));

        String digest = uploaded(Map.of("hard/" + name + ".cedar", rule), 200);
        assertThat(check).isEqualTo("/policy/sets/" + digest + "/check");
        assertThat(active()).as("it decides nothing").isEqualTo("baseline");
        for (String wrong : List.of(rule, files + files, "--- elsewhere/x.cedar\n" + rule, "")) {
            assertThat(send(anna, "/policy/new-set", "/policy/sets", Map.of("files", wrong))
                            .statusCode())
                    .as(wrong)
                    .isIn(400, 422);
        }
        HttpResponse<String> broken = send(
                anna,
                "/policy/new-set",
                "/policy/sets",
                Map.of("files", "--- hard/x.cedar\n" + rule.replace("action", "act\u202eion")));
        assertThat(broken.statusCode()).isEqualTo(422);
        assertThat(broken.body()).contains("hard/x.cedar:", "Not this one.");
        WebVisitor olaf = new WebVisitor(service);
        service.person("olaf-uploads-nothing", "operator");
        olaf.keep(SessionIntrospector.COOKIE, service.session("olaf-uploads-nothing"));
        assertThat(olaf.get("/policy/new-set").statusCode()).isEqualTo(403);
        assertThat(olaf.get("/policy/sets").body()).doesNotContain("/policy/new-set");
    }

    @Test
    void whatHidesInFindingsAndNamesOfTestsIsMarked() {
        String rule = """
            @id("team.%s") @tier("hard") @reason("Not this one.")
            forbid (principal == Agent::"agent:%s", action, resource) when { context.role == "admin\u202e" };
            """.formatted(name, name);
        String digest =
                uploaded(Map.of("hard/" + name + ".cedar", rule, "tests/" + name + ".json", """
            {"tests": [{"name": "p\u0430ypal \u202e is denied", "request": {"principal": "agent:%s", "tool": "echo"},
              "expect": {"decision": "deny"}}]}
            """.formatted(name)));

        String page = anna.get("/policy/sets/" + digest + "/check").body();

        String findings = page.substring(page.indexOf("id=\"findings\""), page.indexOf("id=\"tests\""));
        String tests = page.substring(page.indexOf("id=\"tests\""));
        assertThat(page).doesNotContain("\u202e");
        assertThat(findings).contains("U+202E");
        assertThat(tests).contains("U+202E", "U+0430");
    }

    @Test
    void anEarlierVersionOfTheConfigurationIsComparedAndPutInForceAgain() {
        String before = config().path("version").asString();
        Map<String, String> form = edited(before, "config.max_calls_per_run", "98");
        String review =
                send(anna, "/policy/config/edit", "/policy/config/review", form).body();
        send(anna, "/policy/config/edit", "/policy/config", Map.of("document", unescaped(value(review, "document"))));
        String current = config().path("version").asString();
        assertThat(anna.get("/policy/config/versions").body()).contains("Version " + before, "Version " + current);
        String earlier = "/policy/config/versions/" + before;
        String page = anna.get(earlier).body();
        assertThat(page).contains("max_calls_per_run", "98", "It opens nothing", "Go back to version " + before);
        assertThat(anna.get("/policy/config/versions/" + current).body())
                .contains("in force", "max_calls_per_run")
                .doesNotContain("Go back to");
        assertThat(anna.get("/policy/config/versions/0").statusCode()).isEqualTo(404);
        assertThat(anna.get("/policy/config/versions/x").statusCode()).isEqualTo(404);

        assertThat(send(anna, earlier, earlier + "/rollback", Map.of("current", before))
                        .statusCode())
                .as("compared with another one than is in force")
                .isEqualTo(412);
        assertThat(config().path("max_calls_per_run").asInt()).isEqualTo(98);
        assertThat(location(send(anna, earlier, earlier + "/rollback", Map.of("current", value(page, "current")))))
                .isEqualTo("/policy/config");

        assertThat(config().path("max_calls_per_run").asInt()).isEqualTo(100);
        assertThat(config().path("version").asInt()).isEqualTo(Integer.parseInt(current) + 1);
    }

    private String uploaded(Map<String, String> files) {
        return uploaded(files, 201);
    }

    private String uploaded(Map<String, String> files, int status) {
        Answer answer = service.with(
                token,
                "POST",
                "/v1/policy-sets",
                RunningPolicyService.JSON.writeValueAsString(Map.of("name", name, "files", files)));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        return answer.body().path("digest").asString();
    }

    private String active() {
        return api("GET", "/v1/policy-activations?limit=1", null)
                .body()
                .at("/items/0/set")
                .asString();
    }

    @Test
    void whatIfAndReplaySayWhatWouldBeDecided() {
        String agent = service.agent(name);
        assertThat(service.propose(agent, "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}")
                        .status())
                .isEqualTo(202);
        String digest = uploaded(Map.of("hard/" + name + ".cedar", """
            @id("team.%s") @tier("hard") @reason("Not this one.") @remedy("Ask the team.")
            forbid (principal == Agent::"agent:%s", action, resource);
            """.formatted(name, name)));
        Map<String, String> question = new LinkedHashMap<>(
                Map.of("principal", "agent:" + name, "tool", "echo", "arguments", "{\"text\": \"x\"}"));
        assertThat(send(anna, "/policy/what-if", "/policy/what-if", question).body())
                .contains("is-allow", "baseline.tool-execute");
        question.put("set", digest);
        assertThat(send(anna, "/policy/what-if", "/policy/what-if", question).body())
                .contains("is-deny", "team." + name, "Ask the team.");
        question.put("arguments", "{\"text\": ");
        HttpResponse<String> unreadable = send(anna, "/policy/what-if", "/policy/what-if", question);
        assertThat(unreadable.statusCode()).isEqualTo(400);
        assertThat(unreadable.body()).contains("The arguments are no JSON");
        question.put("arguments", "{\"words\": 1}");
        assertThat(send(anna, "/policy/what-if", "/policy/what-if", question).statusCode())
                .isEqualTo(400);

        HttpResponse<String> replayed = send(anna, "/policy/replay", "/policy/replay", Map.of("set", digest));

        assertThat(replayed.statusCode()).isEqualTo(200);
        assertThat(replayed.body()).contains("<td>allow</td><td>deny</td>", "team." + name);
        assertThat(send(anna, "/policy/replay", "/policy/replay", Map.of("set", digest, "from", "yesterday"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aMemberIsAddedChangedAndRemovedAsShown() {
        String person = "person:" + name;
        String page = "/policy/members/" + person;
        assertThat(location(send(
                        anna, "/policy/members", "/policy/members", Map.of("principal", person, "roles", "operator"))))
                .isEqualTo(page);
        assertThat(roles(person)).isEqualTo("operator");
        assertThat(send(anna, "/policy/members", "/policy/members", Map.of("principal", person, "roles", "auditor"))
                        .statusCode())
                .as("a member is not changed by adding it")
                .isEqualTo(409);
        assertThat(send(anna, "/policy/members", "/policy/members", Map.of("principal", "Alice", "roles", "operator"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(anna, page, page + "/roles", Map.of("before", "operator", "roles", "owner"))
                        .statusCode())
                .as("above the own role")
                .isEqualTo(403);
        assertThat(send(anna, page, page + "/roles", Map.of("before", "admin", "roles", "auditor"))
                        .statusCode())
                .as("somebody else has changed it")
                .isEqualTo(409);
        assertThat(roles(person)).isEqualTo("operator");
        assertThat(location(send(anna, page, page + "/roles", Map.of("before", "operator", "roles", "auditor"))))
                .isEqualTo(page);
        assertThat(roles(person)).isEqualTo("auditor");
        assertThat(send(anna, page, page + "/remove", Map.of("before", "operator"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(send(anna, page, page + "/remove", Map.of("before", "auditor"))
                        .body())
                .contains(person + " is removed");
        assertThat(roles(person)).isEmpty();
        assertThat(anna.get(page).statusCode()).isEqualTo(404);
    }

    private String roles(String person) {
        return service.jdbc()
                .sql("select array_to_string(roles, ' ') from member where workspace_id = :workspace and principal"
                        + " = :principal")
                .param("workspace", service.workspaceId())
                .param("principal", person)
                .query(String.class)
                .optional()
                .orElse("");
    }

    @Test
    void aTokenIsShownOnceAndRevoked() {
        HttpResponse<String> issued = send(
                anna,
                "/policy/tokens",
                "/policy/tokens",
                Map.of("kind", "agent", "name", name, "label", "for \u202e pages", "channels", "api", "days", "3"));
        assertThat(issued.statusCode()).isEqualTo(201);
        assertThat(issued.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        String issuedToken = Pattern.compile("sp_agt_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}")
                .matcher(issued.body())
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
        assertThat(service.with(issuedToken, "GET", "/v1/me", null).status()).isEqualTo(200);
        String list = anna.get("/policy/tokens").body();
        assertThat(list).contains("agent:" + name, "U+202E").doesNotContain(issuedToken);
        String id = api("GET", "/v1/tokens?limit=1", null)
                .body()
                .at("/items/0/token_id")
                .asString();
        assertThat(location(send(anna, "/policy/tokens", "/policy/tokens/" + id + "/revoke", Map.of())))
                .isEqualTo("/policy/tokens");
        assertThat(service.with(issuedToken, "GET", "/v1/me", null).status()).isEqualTo(401);
        HttpResponse<String> other = send(
                anna,
                "/policy/tokens",
                "/policy/tokens",
                Map.of("kind", "person", "name", "bert-on-pages", "channels", "api", "days", "3"));
        assertThat(other.statusCode())
                .as("nobody gets another person's credential")
                .isEqualTo(403);
        assertThat(list).contains("<option value=\"agent\"").doesNotContain("<option value=\"person\"");
        HttpResponse<String> own = send(
                anna,
                "/policy/tokens",
                "/policy/tokens",
                Map.of("kind", "person", "name", "anna-on-pages", "channels", "api", "days", "3"));
        assertThat(own.statusCode()).isEqualTo(403);
        assertThat(own.body())
                .as("a session gives nothing that outlives it")
                .contains("A session gives no token of a person.")
                .doesNotContain("sp_per_");
        HttpResponse<String> tooLong = send(
                anna,
                "/policy/tokens",
                "/policy/tokens",
                Map.of("kind", "agent", "name", name, "channels", "api", "days", "9999"));
        assertThat(tooLong.statusCode()).isEqualTo(400);
        assertThat(tooLong.body()).contains("A token lives from 1 to 365 days.").doesNotContain("sp_agt_");
    }

    @Test
    void whatBelongsToAnotherWorkspaceIsNotThere() {
        service.agent(name);
        String id = api("GET", "/v1/tokens?limit=1", null)
                .body()
                .at("/items/0/token_id")
                .asString();
        ObjectNode wider = (ObjectNode) config();
        wider.withArray("allowed_channels").add(name);
        String change = api("PUT", "/v1/config", wider.toString())
                .body()
                .path("change_id")
                .asString();
        assertThat(change).isNotEmpty();
        WebVisitor stranger = stranger();

        for (String page : List.of("/policy/config/changes/" + change, "/policy/members/agent:" + name)) {
            assertThat(stranger.get(page).statusCode()).as(page).isEqualTo(404);
            assertThat(anna.get(page).statusCode()).as(page).isEqualTo(200);
        }
        for (String act : List.of(
                "/policy/config/changes/" + change + "/confirm",
                "/policy/config/changes/" + change + "/withdraw",
                "/policy/tokens/" + id + "/revoke",
                "/policy/members/agent:" + name + "/remove")) {
            assertThat(send(stranger, "/policy/members", act, Map.of("before", "agent"))
                            .statusCode())
                    .as(act)
                    .isEqualTo(404);
        }
        assertThat(api("GET", "/v1/config/changes/" + change, null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("pending");
        assertThat(location(send(anna, "/policy/members", "/policy/config/changes/" + change + "/withdraw", Map.of())))
                .as("control: of the own workspace")
                .isEqualTo("/policy/config/changes/" + change);
    }

    /** The owner of another workspace. */
    private WebVisitor stranger() {
        service.jdbc()
                .sql("insert into workspace (workspace_id, name) values (:id, 'elsewhere-of-pages')"
                        + " on conflict do nothing")
                .param("id", ELSEWHERE)
                .update();
        service.jdbc()
                .sql("insert into member (workspace_id, principal, roles, created_by)"
                        + " values (:id, 'person:stranger', array['owner'], 'test') on conflict do nothing")
                .param("id", ELSEWHERE)
                .update();
        WebVisitor visitor = new WebVisitor(service);
        visitor.keep(
                SessionIntrospector.COOKIE,
                service.bean(Neighbours.Sessions.class).signIn(ELSEWHERE, "person:stranger"));
        return visitor;
    }
}
