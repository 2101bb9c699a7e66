package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Secrets of the vault, used by a workspace's own tools on real nodes: used once, seen by whom they are for alone. */
final class RedeemedSecrets {
    private static final String POST = """
            {"name":"team.post","version":"1","description":"Sends a word to the team's service.",
             "capabilities":["process_exec","network","secrets_read"],"runtime":"process","executable":"curl",
             "argv":["-sSg","--max-time","20","-H","Authorization: Bearer {secret:team-header}",
               {"arg":"word","option":"-d"},{"arg":"url"}],
             "pool":"web","tier":"C","egress":{"mode":"strict","hosts":["api.example","other.example:80"]},"secrets":["team-header"],
             "input_schema":{"type":"object","required":["word","url"],"additionalProperties":false,
               "properties":{"word":{"type":"string"},"url":{"type":"string"}}}}""";

    private static final String READ = """
            {"name":"team.read","version":"1","description":"Shows what is kept for the team.",
             "capabilities":["process_exec","secrets_read"],"runtime":"process","executable":"cat",
             "argv":["/run/secrets/team-file"],"tier":"C","secrets":["team-file"],
             "input_schema":{"type":"object","additionalProperties":false,"properties":{}}}""";

    private final Fleet fleet;
    private final CanarySearch search;
    private final Path folder;

    /**
     * @param search learns the secrets that are used
     * @param folder where documents are written
     */
    RedeemedSecrets(Fleet fleet, CanarySearch search, Path folder) {
        this.fleet = fleet;
        this.search = search;
        this.folder = folder;
    }

    /** Each way of delivery on a real node, and what others try with it. Looks at all that the node keeps. */
    void everything(String argument) throws Exception {
        String header = CanaryPlanting.fresh("header");
        String file = CanaryPlanting.fresh("file");
        SecretCalls calls = new SecretCalls(fleet, folder);
        search.with("secret by header", header).with("secret by file", file);
        calls.put("team-header", header, "--delivery", "proxy", "--host", WebNode.HOST);
        calls.put("team-file", file, "--delivery", "file");
        try (WebNode node = WebNode.start(fleet)) {
            calls.add(POST);
            calls.add(READ);
            Runnable undo = calls.open("team.post", "team.read");
            try {
                Answer posted = sent(calls, node, argument, header);
                nobodyRedeemsItAgain(node, posted.at("/proposal_id"));
                elsewhereItIsNotSent(calls, node, argument);
                Answer read = read(calls, file);
                nobodyRedeemsItAgain(node, read.at("/proposal_id"));
            } finally {
                undo.run();
            }
            assertThat(SecretCalls.found(search, node)).isEmpty();
            assertThat(search.in(node.seen()))
                    .as("control: its host has it, and the search knows it")
                    .contains("secret by header");
        }
    }

    private Answer sent(SecretCalls calls, WebNode node, String word, String value) throws IOException {
        Answer posted = calls.approved(post(word, "https://api.example/words", "team-header"));
        assertThat(posted.at("/state/outcome")).as(posted.toString()).isEqualTo("succeeded");
        assertThat(posted.at("/result/stdout"))
                .as("its echo")
                .contains("Bearer [secret:team-header]")
                .endsWith(word)
                .doesNotContain(value);
        assertThat(node.seen()).contains("POST /words HTTP/1.1", "Authorization: Bearer " + value);
        JsonNode executed = new Calls(fleet).statement(posted.at("/proposal_id"), "tool-executed/v1");
        assertThat(executed.at("/sandbox/facts").toString())
                .contains("team-header#1 by proxy", "host_opened", "api.example at ");
        calls.told(posted.at("/proposal_id"), "secret-redeemed");
        return posted;
    }

    /** A host that the call may reach and the secret is not for. */
    private void elsewhereItIsNotSent(SecretCalls calls, WebNode node, String word) throws IOException {
        String before = node.seen();
        Answer elsewhere = calls.approved(post(word, "http://other.example/words", "team-header"));
        assertThat(elsewhere.at("/state/outcome")).as(elsewhere.toString()).isNotEqualTo("succeeded");
        assertThat(new Calls(fleet)
                        .statement(elsewhere.at("/proposal_id"), "tool-executed/v1")
                        .at("/sandbox/facts")
                        .toString())
                .contains("other.example:80 SECRET_ELSEWHERE");
        assertThat(node.seen()).isEqualTo(before);
    }

    private Answer read(SecretCalls calls, String value) {
        Answer read = calls.approved(
                "{\"tool\":\"team.read\",\"arguments\":{},\"secrets\":[\"team-file\"],\"session_id\":\"read\"}");
        assertThat(read.at("/state/outcome")).as(read.toString()).isEqualTo("succeeded");
        assertThat(read.at("/result/stdout")).isEqualTo("[secret:team-file]").doesNotContain(value);
        assertThat(new Calls(fleet)
                        .statement(read.at("/proposal_id"), "tool-executed/v1")
                        .at("/sandbox/facts")
                        .toString())
                .contains("team-file#1 by file");
        calls.told(read.at("/proposal_id"), "secret-redeemed");
        return read;
    }

    /** Neither its own node with the same statements, nor another one. */
    private void nobodyRedeemsItAgain(WebNode node, String call) throws IOException {
        String started = new Databases(fleet)
                .rows(
                        "executor_service",
                        "select translate(encode(started_record, 'base64'), E'\\n', '') from execution"
                                + " where proposal_id = '" + call + "'")
                .getFirst();
        String reference = new Calls(fleet)
                .statement(call, "execution-permit/v1")
                .at("/secrets/0/reference")
                .stringValue();
        String request =
                "{\"reference\":\"%s\",\"client_nonce\":\"AAAAAAAAAAAAAAAAAAAAAAAA\",\"started_record\":\"%s\"}"
                        .formatted(reference, started);
        for (Path identity :
                Set.of(node.identity(), fleet.part(Fleet.FIRST_NODE).identity())) {
            try (Mtls caller = Mtls.of(fleet, identity)) {
                Answer again = caller.post(fleet.internalUrl("vault-service") + "/internal/v1/secrets:redeem", request);
                assertThat(again.at("/code")).as(again.toString()).isEqualTo("SECRET_NOT_AVAILABLE");
            }
        }
    }

    private static String post(String word, String url, String secret) {
        return ("{\"tool\":\"team.post\",\"arguments\":{\"word\":\"%s\",\"url\":\"%s\"},\"secrets\":[\"%s\"],"
                        + "\"egress_hosts\":[\"api.example\",\"other.example:80\"],\"session_id\":\"post\"}")
                .formatted(word, url, secret);
    }
}
