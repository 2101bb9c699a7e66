package dev.sallyport.policy.policyset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Hostile files of tests: each is read, or is a finding with a place. */
class PolicyTestFuzzTest {
    private static final String GOOD = """
            {"tests":[{"name":"x","request":{"principal":"agent:a","role":"agent","tool":"process.run","channel":"api",
              "capabilities":["process_exec"],"secrets":["s"],"args":{"executable":"ls","paths":["a"],"count":3},
              "context":{"is_confined":true}},"expect":{"decision":"approval","rule":"r","code":"ALLOWED"}},
             {"name":"y","request":{"principal":"person:b","action":"policy.manage"},"expect":{"decision":"deny"}},
             {"name":"z","request":{"principal":"service:c","outside":{"subject":"user:a","action":"read",
              "resource":"record:1","resource_properties":["a=b"]}},"expect":{"decision":"allow"}}]}""";

    @FuzzTest
    void whatIsNoTestIsAFinding() {
        Fuzz.target("policy-tests")
                .samples(GOOD)
                .words("tests", "principal", "context", "is_confined", "allow", "deny", "approval", "skill.execute")
                .longest(100_000)
                .run(input -> {
                    String text = new String(input, StandardCharsets.UTF_8);
                    PolicyTests tests = PolicyTests.of(new SetDocument(new TreeMap<>(Map.of("tests/x.json", text))));
                    assertThat(tests.findings()).allSatisfy(finding -> {
                        assertThat(finding.line()).isPositive();
                        assertThat(finding.message()).isNotBlank();
                    });
                });
    }
}
