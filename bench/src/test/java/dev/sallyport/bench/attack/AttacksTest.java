package dev.sallyport.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.bench.attack.Attacks.Result;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attacks in every tier of this host: each works without a sandbox, and comes to nothing in one. */
class AttacksTest {
    /** One for each rule of a sandbox: what Landlock, the filter, the namespaces, the limits and the scan each hold. */
    private static final String ONE_FOR_EACH_RULE = String.join(
            ",",
            "files.read-own",
            "files.write-proc-root",
            "files.move-out",
            "files.mode-own",
            "files.plant-hook",
            "files.setuid",
            "descriptors.inherited",
            "environment.of-another",
            "workspace.write",
            "network.tcp",
            "network.unix-path",
            "network.unix-datagram-of-a-pair",
            "network.unix-abstract",
            "network.io-uring",
            "processes.kill-by-descriptor",
            "processes.signal-of-a-file",
            "processes.trace",
            "processes.limits",
            "privilege.user-namespace",
            "resources.orphan",
            "resources.processes",
            "resources.memory-of-nobody",
            "resources.shared-memory",
            "resources.room-without-a-name",
            "processes.processors",
            "interpreters.renamed",
            "interpreters.allowed-with-code",
            "arguments.read-up",
            "arguments.program");

    @Test
    void anAttackOnEachRuleIsHeldInEveryTier() throws Exception {
        areHeld(
                Attacks.everywhere(ONE_FOR_EACH_RULE),
                AttackCase.named(ONE_FOR_EACH_RULE).size());
    }

    /** What holds a tool is proven and the same whether its sandbox was made for it or waited. */
    @Test
    void attacksAreHeldInSandboxesThatWaited() throws Exception {
        try (Attacks attacks = new Attacks(true)) {
            List<Result> results = attacks.run(
                    "files.read-own,files.mode-own,files.plant-hook,descriptors.inherited,environment.of-another,"
                            + "workspace.write,network.unix-path,processes.trace,resources.orphan",
                    _ -> {});
            assertThat(results)
                    .hasSize(18)
                    .filteredOn(result -> !result.holds())
                    .isEmpty();
        }
    }

    @Test
    @Tag("soak")
    void everyAttackIsHeldInEveryTier() throws Exception {
        List<AttackCase> all = AttackCase.all();
        assertThat(all)
                .hasSizeGreaterThanOrEqualTo(140)
                .extracting(AttackCase::name)
                .doesNotHaveDuplicates();
        areHeld(Attacks.everywhere(""), all.size());
    }

    @Test
    void aNameThatNoAttackHasIsAnError() {
        assertThat(AttackCase.named("files.read-own,network.tcp"))
                .extracting(AttackCase::name)
                .containsExactly("files.read-own", "network.tcp");
        assertThatThrownBy(() -> AttackCase.named("files.read-own,network.tpc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("network.tpc");
    }

    private static void areHeld(List<Result> results, int cases) {
        assertThat(results).filteredOn(result -> !result.holds()).isEmpty();
        for (String tier : List.of("B", "C")) {
            assertThat(results)
                    .as("the unprivileged node's tier " + tier)
                    .filteredOn(result ->
                            result.tier().equals(tier) && result.user().equals("node"))
                    .hasSize(cases);
        }
    }
}
