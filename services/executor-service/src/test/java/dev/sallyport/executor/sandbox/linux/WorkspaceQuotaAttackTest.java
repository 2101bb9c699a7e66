package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import dev.sallyport.executor.sandbox.ToolFailure.TimedOut;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that wants to leave more in its workspace than it may, and not to be seen doing so. */
class WorkspaceQuotaAttackTest {
    private static final SandboxLimits SMALL = TestLimits.with(limits -> {
        limits.workspaceBytes = 8 << 20;
        limits.workspaceFiles = 1000;
    });

    /** Writes that many MiB into a file of that name. */
    private static final String FILL = "open(my $f, '>', $ARGV[0]) or die \"no: $!\";"
            + " syswrite($f, 'x' x (1 << 20)) for 1..$ARGV[1]; close $f; print 'filled';";

    private SandboxBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new SandboxBench();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void callTooShortToBeWatchedIsCountedAtItsEnd() throws Exception {
        SandboxResult within = bench.perl(SMALL, FILL, "within", "4");
        assertThat(within.failure()).as("control").isNull();
        assertThat(text(within)).isEqualTo("filled");

        exceeded(bench.perl(SMALL, FILL, "beyond", "9"));
    }

    @Test
    void whatLiesDeeperThanAPathReachesIsCounted() throws Exception {
        String deep = "for (1..2100) { mkdir 'd' or die; chdir 'd' or die } " + FILL;
        exceeded(bench.perl(SMALL, deep, "beyond", "9"));
    }

    @Test
    void roomSetAsideBehindTheEndOfAFileIsCounted() throws Exception {
        // fallocate(2) with FALLOC_FL_KEEP_SIZE: the file stays empty and the disk fills.
        String aside = "open(my $f, '>', 'aside') or die;"
                + " my $number = " + (System.getProperty("os.arch").equals("aarch64") ? 47 : 285) + ";"
                + " syscall($number, fileno($f), 1, 0, 9 << 20) == 0 or print 'no'; print -s 'aside';";
        SandboxResult result = bench.perl(SMALL, aside);
        if (text(result).startsWith("no")) {
            throw new IllegalStateException("This test needs a file system with fallocate(2), as ext4, xfs or tmpfs.");
        }
        exceeded(result);
    }

    @Test
    void folderThatHidesItsContentCountsAsTooMuch() throws Exception {
        String hidden = "mkdir 'd' or die; chmod 0300, 'd'; $ARGV[0] = \"d/$ARGV[0]\"; " + FILL;
        exceeded(bench.perl(SMALL, hidden, "beyond", "9"));
    }

    @Test
    void namesThatAreNoTextAreCounted() throws Exception {
        exceeded(bench.perl(SMALL, FILL, "beyond", "9"));
        exceeded(bench.perl(SMALL, "rename 'beyond', \"\\xff\\xfe\" or die;"));
    }

    /** No name leads to them any more: neither one file by its descriptor, nor one that another process holds. */
    @ParameterizedTest
    @ValueSource(strings = {"B", "C"})
    void filesWithoutANameAreCountedWhileTheyAreHeld(String tier) throws Exception {
        String hide = "for my $n (1..$ARGV[0]) { open(my $f, '>', \"f$n\") or die; unlink \"f$n\";"
                + " syswrite($f, 'x' x (1 << 20)) for 1..3; push @held, $f; } print 'held';"
                + " if (!fork) { sleep 20; exit } close $_ for @held; @held = (); sleep 20";
        try (LandlockSandbox landlock = bench.landlock()) {
            Sandbox sandbox = tier.equals("B") ? landlock : bench.sandbox();
            SandboxPlan within = bench.plan(
                    TestLimits.with(limits -> {
                        limits.workspaceBytes = 8 << 20;
                        limits.wallMillis = 1500;
                    }),
                    SandboxBench.PERL,
                    SandboxBench.withProgram("$| = 1; " + hide, "2"));
            SandboxResult control = sandbox.start(within, null).await();
            assertThat(control.failure()).as("control").isInstanceOf(TimedOut.class);
            assertThat(text(control)).isEqualTo("held");

            exceeded(sandbox.start(
                            bench.plan(SMALL, SandboxBench.PERL, SandboxBench.withProgram("$| = 1; " + hide, "3")),
                            null)
                    .await());
        }
    }

    /** prctl(PR_SET_DUMPABLE, 0): an unprivileged node cannot list what such a process holds, a privileged one can. */
    @Test
    void processThatHidesItsDescriptorsHoldsNothingUncounted() throws Exception {
        String hide = "open(my $f, '>', 'f') or die; unlink 'f'; syscall("
                + (System.getProperty("os.arch").equals("aarch64") ? "167" : "157")
                + ", 4, $ARGV[0] + 0); syswrite($f, 'x' x (1 << 20)) for 1..$ARGV[1]; sleep 20";
        exceeded(bench.perl(SMALL, hide, "0", "9"));
        SandboxResult control = bench.perl(
                TestLimits.with(limits -> {
                    limits.workspaceBytes = 8 << 20;
                    limits.wallMillis = 1500;
                }),
                hide,
                "1",
                "2");
        assertThat(control.failure()).as("control").isInstanceOf(TimedOut.class);
    }

    private static void exceeded(SandboxResult result) {
        assertThat(result.failure())
                .isInstanceOfSatisfying(
                        QuotaExceeded.class,
                        failure -> assertThat(failure.which()).isEqualTo(Quota.WORKSPACE));
    }
}
