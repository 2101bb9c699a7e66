package dev.sallyport.executor.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private Path state;

    @BeforeEach
    void state() throws IOException {
        state = TestFolder.named("doctor");
    }

    @Test
    void tierCIsProvenByCanariesOnThisHost() throws Exception {
        Doctor doctor = doctor(Path.of("/usr/bin/bwrap"));

        DoctorReport report = doctor.examine();

        assertThat(report.tiers()).as("%s", report).hasSize(2);
        assertThat(report.offers(Tier.C)).as("%s", report).isTrue();
        assertThat(report.offers(Tier.B)).as("%s", report).isTrue();
        assertThat(report.tiers().getFirst().facts()).extracting(Fact::name).contains("seccomp", "namespaces");
        assertThat(report.tiers().getFirst().backend()).startsWith("bubblewrap ");
        assertThat(doctor.proven()).extracting(Sandbox::tier).containsExactly(Tier.C, Tier.B);
        assertThat(report.tiers().getLast().facts()).extracting(Fact::name).contains("landlock", "signals");
        boolean memoryHeld = report.tiers().getFirst().facts().stream()
                .anyMatch(fact -> fact.name().equals("memory") && fact.state() == State.ENFORCED);
        assertThat(report.degraded().stream().noneMatch(weaker -> weaker.contains("memory of a call")))
                .as("%s", report)
                .isEqualTo(memoryHeld);
    }

    /** A call that runs meanwhile is none of an earlier life's left-overs. */
    @Test
    void examinationLeavesRunningCallsAlone() throws Exception {
        Doctor doctor = doctor(Path.of("/usr/bin/bwrap"));
        doctor.examine();
        Path workspace = TestDoctor.workspace(state, "running");
        Path program = Path.of("/usr/bin/tail");
        SandboxedCall call = doctor.proven()
                .getFirst()
                .start(
                        new SandboxPlan(
                                program,
                                program,
                                List.of("-f", "/dev/null"),
                                workspace,
                                false,
                                Map.of(),
                                NetworkPlan.NONE,
                                SandboxLimits.DEFAULT),
                        null);

        assertThat(doctor.examine().offers(Tier.C)).isTrue();

        call.kill(KillCause.CANCELLED);
        assertThat(call.await().failure()).isInstanceOf(ToolFailure.Cancelled.class);
    }

    /** Whether another's memory, or the root of the host's first process, can be opened without a sandbox is the host's. */
    @Test
    void everyPromiseIsTriedBesideTheSameWithoutASandbox() throws Exception {
        Map<Tier, List<AttackResult>> results =
                doctor(Path.of("/usr/bin/bwrap")).attack();

        assertThat(results.keySet()).containsExactlyInAnyOrder(Tier.B, Tier.C);
        results.forEach((tier, each) -> {
            assertThat(each).as("tier %s", tier).hasSizeGreaterThan(10).allMatch(AttackResult::holds);
            assertThat(each)
                    .filteredOn(result -> !result.control())
                    .extracting(AttackResult::promise)
                    .isSubsetOf(
                            "files of the host are not reachable through /proc",
                            "the first process cannot be tampered with");
        });
    }

    @Test
    void sandboxThatContainsNothingIsNotOffered() throws Exception {
        Path open = Files.writeString(
                state.resolve("open"),
                "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'bubblewrap 9'; exit; }\nshift 4\nexec "
                        + state.resolve("inside/gate") + " \"$@\"\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("r-xr-xr-x"));

        DoctorReport report = doctor(open).examine();

        assertThat(report.offers(Tier.C)).isFalse();
        assertThat(report.tiers().getFirst().why()).isNotBlank();
        assertThat(report.tiers().getFirst().fix()).isNotBlank();
    }

    @Test
    void missingBubblewrapIsNamedWithItsFix() throws Exception {
        DoctorReport report = doctor(state.resolve("none")).examine();

        assertThat(report.offers(Tier.C)).isFalse();
        assertThat(report.offers(Tier.B)).as("%s", report).isTrue();
        assertThat(report.tiers().getFirst().fix()).contains("apt-get install bubblewrap");
    }

    private Doctor doctor(Path bwrap) throws IOException {
        return TestDoctor.of(state, bwrap);
    }
}
