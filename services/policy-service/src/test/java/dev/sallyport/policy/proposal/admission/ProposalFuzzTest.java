package dev.sallyport.policy.proposal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRules;
import tools.jackson.databind.JsonNode;

/** Hostile proposals: what is looked at is what would run. */
class ProposalFuzzTest {
    private static final String[] GOOD = {"""
        {"tool":"process.run","arguments":{"executable":"uname","args":["-a","--out=../x","@/etc/passwd"]},
         "session_id":"s1","run_id":"r1","channel":"api","secrets":["db"],"egress_hosts":["a.example"]}""", """
        {"tool":"echo","arguments":{"text":"\\u20ac"}}"""};

    @FuzzTest
    void theArgumentsThatAreValidatedAreThoseThatRun() {
        Fuzz.target("proposal")
                .samples(GOOD)
                .refusing(InvalidProposalException.class)
                .longest(200 << 10)
                .run(input -> {
                    ProposalBody read = ProposalBody.read(input);
                    byte[] runs = read.arguments().detail().content();
                    JsonNode again = CanonicalJson.readCanonicalObject(runs, JsonRules.ARGUMENTS);
                    assertThat(again).isEqualTo(read.arguments().values());
                });
    }
}
