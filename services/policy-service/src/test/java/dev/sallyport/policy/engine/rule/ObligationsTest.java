package dev.sallyport.policy.engine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in obligations: of several rules, what all of them name. */
class ObligationsTest {
    @Test
    void onlyWhatEveryRuleNamesMayBeNamed() {
        Obligations both = Obligations.strictest(List.of(
                Obligations.of(Map.of("egress_hosts", "b.example a.example", "secrets", "db")),
                Obligations.NONE,
                Obligations.of(Map.of("egress_hosts", "c.example b.example"))));

        assertThat(both.egressHosts()).containsExactly("b.example");
        assertThat(both.forbidsHosts(List.of("b.example"))).isFalse();
        assertThat(both.forbidsHosts(List.of("b.example", "a.example"))).isTrue();
        assertThat(both.forbidsHosts(List.of())).isFalse();
        assertThat(both.forbidsSecrets(List.of("db"))).isFalse();
        assertThat(both.forbidsSecrets(List.of("other"))).isTrue();
        assertThat(Obligations.NONE.forbidsHosts(List.of("a.example")))
                .as("what no rule speaks of")
                .isFalse();
        assertThat(Obligations.of(Map.of("secrets", "")).forbidsSecrets(List.of("db")))
                .as("none at all")
                .isTrue();
    }

    @Test
    void peopleMayHaveThirtyDaysAndNoMore() {
        assertThat(Obligations.of(Map.of("approval_timeout_s", "2592000")).approvalTimeoutSeconds())
                .isEqualTo(2_592_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Obligations.of(Map.of("approval_timeout_s", "2592001")))
                .withMessageContaining("@approval_timeout_s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Obligations.of(Map.of("approval_timeout_s", "00000010")))
                .withMessageContaining("@approval_timeout_s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A.example", "a.example,b.example", "a.example  b.example", " a.example", "*", "a.example:443"})
    void whatIsNoNameIsRefused(String hosts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Obligations.of(Map.of("egress_hosts", hosts)))
                .withMessageContaining("@egress_hosts");
    }
}
