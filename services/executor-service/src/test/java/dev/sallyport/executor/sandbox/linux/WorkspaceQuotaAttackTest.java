package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    private static void exceeded(SandboxResult result) {
        assertThat(result.failure())
                .isInstanceOfSatisfying(
                        QuotaExceeded.class,
                        failure -> assertThat(failure.which()).isEqualTo(Quota.WORKSPACE));
    }
}
