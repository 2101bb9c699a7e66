package dev.sallyport.executor.sandbox.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a call's end, on a platform whose processes end as the test says. */
class WatchedCallTest {
    @TempDir
    private Path workspace;

    @Test
    void callWhoseProcessesAreNotAllGoneDidNotSucceed() throws Exception {
        SandboxResult left = run(new WaitStatus.Exited(0), false);
        SandboxResult gone = run(new WaitStatus.Exited(0), true);

        assertThat(left.failure()).isInstanceOf(ToolFailure.ProcessesLeft.class);
        assertThat(left.exitStatus()).isNull();
        assertThat(left.facts())
                .contains(new Fact("tree", State.UNSUPPORTED, "a process of the call could not be ended"));
        assertThat(gone.failure()).as("control").isNull();
        assertThat(gone.exitStatus()).isZero();
    }

    @Test
    void whatWasNotMeasuredIsNotTold() throws Exception {
        SandboxResult result = run(new WaitStatus.Signalled(9), true);

        assertThat(result.signal()).isEqualTo(9);
        assertThat(result.use().cpuMillis()).isNull();
        assertThat(result.use().peakMemoryBytes()).isNull();
    }

    @Test
    void endWithoutAWordIsOneFromOutside() throws Exception {
        assertThat(run(new WaitStatus.Unknown(), true).failure()).isInstanceOf(ToolFailure.EndedFromOutside.class);
    }

    private SandboxResult run(WaitStatus status, boolean gone) throws Exception {
        Process gate = new ProcessBuilder("/bin/sh", "-c", "read answer").start();
        CallOutput output = new CallOutput(gate.getInputStream(), gate.getErrorStream(), gate.getOutputStream());
        Path program = Path.of("/bin/true");
        SandboxPlan plan = new SandboxPlan(
                program, program, List.of(), workspace, false, Map.of(), NetworkPlan.NONE, SandboxLimits.DEFAULT);
        return WatchedCall.release(plan, List.of(), new Ended(status, gone), output, null, Clock.systemUTC())
                .await();
    }

    private record Ended(WaitStatus status, boolean gone) implements CallProcesses {
        @Override
        public boolean awaitEnd(Duration patience) {
            return true;
        }

        @Override
        public void end() {}

        @Override
        public boolean awaitGone() {
            return gone;
        }

        @Override
        public Account account() {
            return new Unmeasured();
        }

        @Override
        public void close() {}
    }

    private static final class Unmeasured implements Account {
        @Override
        public void look() {}

        @Override
        public OptionalLong cpuMillis() {
            return OptionalLong.empty();
        }

        @Override
        public OptionalLong peakMemoryBytes() {
            return OptionalLong.empty();
        }

        @Override
        public boolean exceedsMemory(long bytes) {
            return false;
        }

        @Override
        public OptionalLong namelessBytes(Path ofWorkspace) {
            return OptionalLong.of(0);
        }

        @Override
        public boolean exceedsProcesses(int most) {
            return false;
        }
    }
}
