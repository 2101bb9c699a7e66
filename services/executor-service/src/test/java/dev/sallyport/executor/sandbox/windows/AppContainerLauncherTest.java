package dev.sallyport.executor.sandbox.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.windows.Win32.Function;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** In which order Windows is asked, what is seen before a program is let go, and what is left where one of it fails. */
class AppContainerLauncherTest {
    private static final WindowsLaunch ORDINARY = launch(false);

    private static WindowsLaunch launch(boolean confined) {
        return new WindowsLaunch(
                "sallyport.a.w",
                "C:\\node\\executables\\5f2c",
                CommandLine.of("C:\\node\\executables\\5f2c", List.of("-l")),
                CommandLine.environment(Map.of("A", "b")),
                "C:\\node\\workspaces\\a",
                "C:\\node\\workspaces\\a\\sub",
                confined,
                SandboxLimits.DEFAULT);
    }

    @Test
    void programIsMadeSuspendedInItsJobAndLookedAtBeforeItIsLetGo() throws Exception {
        RecordedWin32 windows = new RecordedWin32();
        LaunchedProgram program = new AppContainerLauncher(windows).start(ORDINARY);
        program.resume();

        assertThat(windows.calls)
                .containsSubsequence(
                        Function.CREATE_APP_CONTAINER_PROFILE,
                        Function.SET_NAMED_SECURITY_INFO,
                        Function.SET_NAMED_SECURITY_INFO,
                        Function.OPEN_PROCESS_TOKEN,
                        Function.CREATE_RESTRICTED_TOKEN,
                        Function.CREATE_JOB_OBJECT,
                        Function.SET_INFORMATION_JOB_OBJECT,
                        Function.SET_INFORMATION_JOB_OBJECT,
                        Function.CREATE_PIPE,
                        Function.CREATE_PIPE,
                        Function.CREATE_PIPE,
                        Function.INITIALIZE_ATTRIBUTE_LIST,
                        Function.CREATE_PROCESS_AS_USER,
                        Function.IS_PROCESS_IN_JOB,
                        Function.QUERY_INFORMATION_JOB_OBJECT,
                        Function.OPEN_PROCESS_TOKEN,
                        Function.GET_TOKEN_INFORMATION,
                        Function.GET_TOKEN_INFORMATION,
                        Function.GET_TOKEN_INFORMATION,
                        Function.EQUAL_SID,
                        Function.RESUME_THREAD);
        assertThat(windows.creationFlags & AppContainerLauncher.CREATE_SUSPENDED)
                .isNotZero();
        assertThat(windows.attributes)
                .containsExactly(
                        AppContainerLauncher.ATTRIBUTE_SECURITY_CAPABILITIES,
                        AppContainerLauncher.ATTRIBUTE_HANDLE_LIST,
                        AppContainerLauncher.ATTRIBUTE_JOB_LIST,
                        AppContainerLauncher.ATTRIBUTE_MITIGATION_POLICY);
    }

    /** Job, process, thread and three ends of pipes are left; the program's ends are its alone. */
    @Test
    void programHasThreeHandlesAndTheNodeTheOtherEnds() throws Exception {
        RecordedWin32 windows = new RecordedWin32();
        LaunchedProgram program = new AppContainerLauncher(windows).start(ORDINARY);

        assertThat(windows.inherited).hasSize(3).doesNotContainAnyElementsOf(windows.openHandles);
        assertThat(windows.openHandles).hasSize(6);
        assertThat(windows.openSids).isZero();
        program.stdin().close();
        program.stdout().close();
        program.stderr().close();
        program.close();
        program.close();
        assertThat(windows.openHandles).isEmpty();
    }

    @Test
    void confinedProgramMayStartNoOther() throws Exception {
        RecordedWin32 windows = new RecordedWin32();
        new AppContainerLauncher(windows).start(launch(true));
        assertThat(windows.attributes).contains(AppContainerLauncher.ATTRIBUTE_CHILD_PROCESS_POLICY);
    }

    @Test
    void containerThatIsThereIsTaken() throws Exception {
        RecordedWin32 windows = new RecordedWin32();
        windows.profileExists = true;
        new AppContainerLauncher(windows).start(ORDINARY);
        assertThat(windows.calls).contains(Function.DERIVE_APP_CONTAINER_SID);
    }

    @Test
    void programThatIsNotHeldAsPlannedIsEnded() throws Exception {
        assertRefused(windows -> windows.inJob = false, "its job");
        assertRefused(windows -> windows.processesAllowed = 4000, "its job");
        assertRefused(windows -> windows.inContainer = false, "no app container");
        assertRefused(windows -> windows.capabilities = 1, "capabilities");
        assertRefused(windows -> windows.sameContainer = false, "another workspace");
    }

    private static void assertRefused(Consumer<RecordedWin32> how, String why) {
        RecordedWin32 windows = new RecordedWin32();
        how.accept(windows);
        assertThatThrownBy(() -> new AppContainerLauncher(windows).start(ORDINARY))
                .isInstanceOfSatisfying(
                        SandboxUnavailable.class, e -> assertThat(e.why()).contains(why));
        assertThat(windows.terminated).isEqualTo(1);
        assertThat(windows.calls).doesNotContain(Function.RESUME_THREAD);
        assertThat(windows.openHandles).isEmpty();
        assertThat(windows.openSids).isZero();
    }

    /** Whichever of its calls Windows refuses: nothing is let go, no handle stays open, none is closed twice. */
    @Test
    void nothingIsLeftWhereverItFails() throws Exception {
        RecordedWin32 whole = new RecordedWin32();
        new AppContainerLauncher(whole).start(launch(true));
        int made = whole.calls.indexOf(Function.CREATE_PROCESS_AS_USER);
        int failures = 0;
        for (int at = 0; at < whole.calls.size(); at++) {
            if (!mayFail(whole, at)) {
                continue;
            }
            RecordedWin32 windows = new RecordedWin32();
            windows.failAt = at;
            assertThatThrownBy(() -> new AppContainerLauncher(windows).start(launch(true)))
                    .as(whole.calls.get(at).toString())
                    .isInstanceOfAny(IOException.class, SandboxUnavailable.class);
            assertThat(windows.openHandles).as(whole.calls.get(at).toString()).isEmpty();
            assertThat(windows.openSids).isZero();
            assertThat(windows.terminated).isEqualTo(at > made ? 1 : 0);
            failures++;
        }
        assertThat(failures).isGreaterThan(25);
    }

    /** The first question about the list's size fails always, and what frees is asked for no answer. */
    private static boolean mayFail(RecordedWin32 whole, int at) {
        Function function = whole.calls.get(at);
        return switch (function) {
            case LOCAL_FREE, FREE_SID, CLOSE_HANDLE, GET_CURRENT_PROCESS -> false;
            case INITIALIZE_ATTRIBUTE_LIST -> whole.calls.indexOf(function) != at;
            default -> true;
        };
    }
}
