package dev.sallyport.policy.engine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

    @Test
    void theNextGroupAnswersOnlyForRulesThatNameOne() {
        Obligations ops =
                Obligations.of(Map.of("approver_group", "ops", "escalate_after_s", "60", "escalate_to", "leads"));
        Obligations security =
                Obligations.of(Map.of("approver_group", "security", "escalate_after_s", "90", "escalate_to", "board"));
        Obligations alone = Obligations.of(Map.of("approver_group", "security"));
        Obligations anybody = Obligations.of(Map.of("severity", "low"));

        assertThat(ops.escalation()).isEqualTo(new Obligations.Escalation(60, List.of("leads")));
        assertThat(Obligations.strictest(List.of(anybody, ops)).escalation()).isEqualTo(ops.escalation());
        assertThat(Obligations.strictest(List.of(ops, security, anybody)).escalation())
                .isEqualTo(new Obligations.Escalation(90, List.of("board", "leads")));
        assertThat(Obligations.strictest(List.of(ops, alone)).escalation()).isNull();
        assertThat(Obligations.strictest(List.of(alone, ops, security)).escalation())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "escalate_to=leads",
                "escalate_after_s=60",
                "escalate_to=leads,escalate_after_s=60",
                "approver_group=ops,escalate_to=leads",
                "approver_group=ops,escalate_to=Two Words,escalate_after_s=60",
                "approver_group=ops,escalate_to=leads,escalate_after_s=0",
                "approver_group=ops,escalate_to=leads,escalate_after_s=300",
                "approver_group=ops,escalate_to=leads,escalate_after_s=60,approval_timeout_s=60"
            })
    void anEscalationSaysWhoIsAskedFirstForHowLongAndWhoNext(String annotations) {
        Map<String, String> read = Arrays.stream(annotations.split(","))
                .map(each -> each.split("="))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Obligations.of(read))
                .withMessageContaining("@escalate_");
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
