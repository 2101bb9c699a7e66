package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The lists of members, tokens and tools. */
class ListsTest {
    private final RunningPolicyService service = SharedService.get();

    @Test
    void membersAreListedByNameTokensNewestFirstToolsByName() {
        service.person(SharedService.fresh("listed"), "auditor");
        service.agent(SharedService.fresh("listed"));

        assertThat(walk("/v1/members", "principal"))
                .hasSizeGreaterThan(2)
                .contains("person:owner")
                .isSorted();
        assertThat(walk("/v1/tokens", "token_id")).hasSizeGreaterThan(1).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(walk("/v1/tools", "name"))
                .containsExactly("echo", "fs.list", "fs.read", "fs.write", "http.fetch", "process.run", "sleep");
    }

    @ParameterizedTest
    @CsvSource({"/v1/members", "/v1/tokens", "/v1/tools", "/v1/freeze"})
    void aPageHasOneTo200Items(String path) {
        for (String limit : List.of("0", "201", "many")) {
            Answer answer = service.owner("GET", path + "?limit=" + limit, null);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        }
        assertThat(service.owner("GET", path + "?limit=200", null).status()).isEqualTo(200);
    }

    /** Everything in pages of two, which must be the same as in one page. */
    private List<String> walk(String path, String field) {
        List<String> seen = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = service.owner("GET", path + "?limit=2" + (after.isEmpty() ? "" : "&after=" + after), null)
                    .body();
            assertThat(page.path("items").size()).isLessThanOrEqualTo(2);
            page.path("items").forEach(item -> seen.add(item.path(field).asString()));
            after = page.path("next").asString("");
        } while (!after.isEmpty());
        assertThat(seen).doesNotHaveDuplicates();
        return seen;
    }
}
