package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever bubblewrap says when it cannot set up a sandbox, somebody is told what to change. */
class SetupDiagnosisTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bwrap: setting up uid map: Permission denied | map was refused | AppArmor",
                "bwrap: setting up gid map: Permission denied | map was refused | AppArmor",
                "bwrap: Creating new namespace failed: Operation not permitted | refused | AppArmor",
                "bwrap: Creating new namespace failed: No space left on device | used up | max_user_namespaces",
                "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted | network namespace | AppArmor",
                "bwrap: pivot_root: Operation not permitted | root folder | pivot_root",
                "bwrap: Can't mount devpts on /newroot/dev/pts: Operation not permitted | Terminals | AppArmor",
                "bwrap: Can't mount proc on /newroot/proc: Operation not permitted | masked | procMount",
                "bwrap: Failed to make / slave: Permission denied | mounts | seccomp profile",
                "bwrap: Can't bind mount /oldroot/usr on /newroot/usr: Permission denied | cannot be shown | AppArmor",
                "bwrap: Can't find source path /srv/x: Permission denied | not there | passed through",
                "bwrap: execvp /sallyport-gate: Permission denied | executed | noexec",
                "bwrap: Unknown option --disable-userns | too old | 0.8"
            })
    void causeAndFixAreNamed(String said, String why, String fix) {
        SandboxUnavailable diagnosis = SetupDiagnosis.of(said + "\n");

        assertThat(diagnosis.why()).contains(why);
        assertThat(diagnosis.fix()).contains(fix);
    }

    @Test
    void silenceAndTheUnknownAreTold() {
        assertThat(SetupDiagnosis.of("").why()).contains("without a word");
        assertThat(SetupDiagnosis.of("").fix()).contains("kernel's log");
        assertThat(SetupDiagnosis.of("bwrap: something new").why()).contains("something new");
        assertThat(SetupDiagnosis.of("bwrap: something new").fix()).contains("as the node's user");
    }

    /** An agent learns that nothing ran, and nothing of the host. */
    @Test
    void agentIsToldNothingOfTheHost() {
        SandboxUnavailable diagnosis = SetupDiagnosis.of("bwrap: Can't find source path /srv/node/workspaces/x");

        assertThat(diagnosis.why()).as("control").contains("/srv/node");
        assertThat(diagnosis.detail()).doesNotContain("/").contains("nothing ran");
    }
}
