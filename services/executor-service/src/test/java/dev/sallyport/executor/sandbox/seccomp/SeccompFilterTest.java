package dev.sallyport.executor.sandbox.seccomp;

import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.ALLOW;
import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.ENOSYS;
import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.EPERM;
import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.KILL_PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompFilterTest {
    private static final int X86 = 0xC000003E;
    private static final int I386 = 0x40000003;
    private static final int ARM64 = 0xC00000B7;

    @Test
    void foreignArchitectureAndX32KillTheProcess() {
        byte[] filter = SeccompFilter.forTool(Architecture.X86_64, false, false);

        assertThat(run(filter, I386, 4)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, ARM64, 64)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, X86, 0x40000000 | 1)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, X86, -1)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, X86, 1)).isEqualTo(ALLOW);
        assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false, false), X86, 1))
                .isEqualTo(KILL_PROCESS);
        assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false, false), ARM64, 64))
                .isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(RefusedCall.class)
    void refusedCallIsRefusedOnBothArchitectures(RefusedCall call) {
        for (Architecture architecture : Architecture.values()) {
            int number = call.number(architecture);
            for (boolean network : new boolean[] {true, false}) {
                if (number >= 0) {
                    assertThat(run(SeccompFilter.forTool(architecture, network, false), audit(architecture), number))
                            .isEqualTo(EPERM);
                }
            }
        }
    }

    /** What lies in no process's memory is refused only where nothing else counts it. */
    @Test
    void memoryOfNoProcessIsAllowedOnlyWhereACgroupHoldsIt() {
        for (Architecture architecture : Architecture.values()) {
            for (RefusedCall call : new RefusedCall[] {RefusedCall.MEMFD_CREATE, RefusedCall.SHMGET}) {
                int number = call.number(architecture);
                assertThat(run(SeccompFilter.forTool(architecture, false, true), audit(architecture), number))
                        .isEqualTo(ALLOW);
                assertThat(run(SeccompFilter.forTool(architecture, false, false), audit(architecture), number))
                        .isEqualTo(EPERM);
            }
        }
    }

    /** The table against the kernel's own, for both architectures; arm64 uses the generic one. */
    @Test
    void numbersAreThoseOfTheKernelsHeaders() throws IOException {
        for (Architecture architecture : Architecture.values()) {
            Map<String, Integer> kernel = header(architecture);
            int last = kernel.values().stream().max(Integer::compare).orElseThrow();
            assertThat(last).as("%s: a whole table", architecture).isGreaterThan(400);
            for (RefusedCall call : RefusedCall.values()) {
                int number = call.number(architecture);
                if (number <= last) {
                    assertThat(number)
                            .as("%s on %s", call, architecture)
                            .isEqualTo(kernel.getOrDefault(kernelName(call), -1));
                } else {
                    // Newer than these headers. From 424 on a number is the same everywhere.
                    assertThat(call.number(Architecture.X86_64)).isEqualTo(call.number(Architecture.AARCH64));
                }
            }
        }
    }

    @Test
    void numbersOfCallsThatReachBeyondAToolAreThoseOfTheKernelsHeaders() throws IOException {
        for (Architecture architecture : Architecture.values()) {
            Map<String, Integer> kernel = header(architecture);
            int last = kernel.values().stream().max(Integer::compare).orElseThrow();
            for (SharedHostCall call : SharedHostCall.values()) {
                int number = call.number(architecture);
                if (number <= last) {
                    assertThat(number)
                            .as("%s on %s", call, architecture)
                            .isEqualTo(kernel.getOrDefault(call.name().toLowerCase(Locale.ROOT), -1));
                } else {
                    assertThat(call.number(Architecture.X86_64)).isEqualTo(call.number(Architecture.AARCH64));
                }
            }
        }
    }

    /** Every combination: what nothing else holds is refused, and what something holds is not refused in vain. */
    @Test
    void toolThatSharesTheHostReachesNothingBeyondIt() {
        for (Architecture architecture : Architecture.values()) {
            for (int bits = 0; bits < 16; bits++) {
                SharedHost host = new SharedHost((bits & 1) != 0, (bits & 2) != 0, (bits & 8) != 0, (bits & 4) != 0);
                byte[] filter = SeccompFilter.forToolOnHost(architecture, host);
                int audit = audit(architecture);
                for (SharedHostCall call : SharedHostCall.values()) {
                    int number = call.number(architecture);
                    if (number >= 0) {
                        assertThat(run(filter, audit, number, 0, 0, 0, 0600))
                                .as("%s, %s", call, host)
                                .isEqualTo(call.isRefused(host) ? EPERM : ALLOW);
                    }
                }
                for (RefusedCall call : RefusedCall.values()) {
                    int number = call.number(architecture);
                    if (number >= 0 && call.isRefused(host.memoryHeld())) {
                        assertThat(run(filter, audit, number)).isEqualTo(EPERM);
                    }
                }
                for (int family = 0; family < 50; family++) {
                    boolean internet = family == 2 || family == 10;
                    assertThat(run(filter, audit, architecture == Architecture.X86_64 ? 41 : 198, family))
                            .as("family %d, %s", family, host)
                            .isEqualTo(host.network() && internet ? ALLOW : EPERM);
                }
                assertThat(run(filter, audit, SeccompFilter.LAST_KNOWN + 1)).isEqualTo(ENOSYS);
                assertThat(run(filter, X86 == audit ? ARM64 : X86, 1)).isEqualTo(KILL_PROCESS);
            }
        }
    }

    @Test
    void argumentsDecideWhoIsReached() {
        byte[] x86 = SeccompFilter.forToolOnHost(Architecture.X86_64, new SharedHost(false, false, false, false));
        byte[] arm = SeccompFilter.forToolOnHost(Architecture.AARCH64, new SharedHost(false, false, false, false));
        int flags = 02000000 | 04000;
        for (int type : new int[] {1, 5, 1 | 02000000, 5 | 04000, 1 | flags}) {
            assertThat(run(x86, X86, 53, 1, type)).as("a pair of streams").isEqualTo(ALLOW);
            assertThat(run(arm, ARM64, 199, 1, type)).isEqualTo(ALLOW);
        }
        for (int type : new int[] {0, 2, 3, 4, 2 | flags, 10}) {
            assertThat(run(x86, X86, 53, 1, type)).as("a pair of datagrams").isEqualTo(EPERM);
            assertThat(run(arm, ARM64, 199, 1, type)).isEqualTo(EPERM);
        }
        assertThat(run(x86, X86, 280, 5, 0)).as("times of a descriptor").isEqualTo(ALLOW);
        assertThat(run(x86, X86, 280, -100, 4096)).as("times of a path").isEqualTo(EPERM);
        assertThat(run(arm, ARM64, 88, -100, 4096)).isEqualTo(EPERM);
        assertThat(run(x86, X86, 72, 3, 8)).as("F_SETOWN").isEqualTo(EPERM);
        assertThat(run(x86, X86, 72, 3, 3)).as("F_GETFL").isEqualTo(ALLOW);
        assertThat(run(x86, X86, 16, 3, 0x8901)).as("FIOSETOWN").isEqualTo(EPERM);
        assertThat(run(x86, X86, 16, 3, 0x8902)).as("SIOCSPGRP").isEqualTo(EPERM);
        assertThat(run(arm, ARM64, 29, 3, 0x8901)).isEqualTo(EPERM);
        assertThat(run(arm, ARM64, 29, 3, 0x8902)).isEqualTo(EPERM);
        assertThat(run(x86, X86, 16, 3, 0x541B)).as("FIONREAD").isEqualTo(ALLOW);
        assertThat(run(x86, X86, 16, 3, 0x5412)).as("TIOCSTI").isEqualTo(EPERM);
        byte[] scoped = SeccompFilter.forToolOnHost(Architecture.X86_64, new SharedHost(false, false, false, true));
        assertThat(run(scoped, X86, 91, 3, 0644)).as("fchmod").isEqualTo(ALLOW);
        assertThat(run(scoped, X86, 91, 3, 04755)).as("fchmod u+s").isEqualTo(EPERM);
        assertThat(run(scoped, X86, 62, 4711, 9))
                .as("kill, which Landlock holds")
                .isEqualTo(ALLOW);
        assertThat(run(scoped, X86, 16, 3, 0x8901)).as("FIOSETOWN, the same").isEqualTo(ALLOW);
    }

    /** In every filter: also in a sandbox of its own a tool has a neighbour, the first process, that must not starve. */
    @Test
    void schedulingIsOfOneselfOnly() {
        int[][] ofOneself = {{142, 118}, {144, 119}, {203, 122}, {314, 274}};
        for (Architecture architecture : Architecture.values()) {
            boolean arm = architecture == Architecture.AARCH64;
            int audit = audit(architecture);
            for (byte[] filter : List.of(
                    SeccompFilter.forTool(architecture, true, true),
                    SeccompFilter.forTool(architecture, false, false),
                    SeccompFilter.forToolOnHost(architecture, new SharedHost(false, false, false, false)))) {
                for (int[] call : ofOneself) {
                    int number = call[arm ? 1 : 0];
                    assertThat(run(filter, audit, number, 0)).isEqualTo(ALLOW);
                    assertThat(run(filter, audit, number, 1)).isEqualTo(EPERM);
                    assertThat(run(filter, audit, number, 4711)).isEqualTo(EPERM);
                }
                int setpriority = arm ? 140 : 141;
                assertThat(run(filter, audit, setpriority, 0, 0, 5)).isEqualTo(ALLOW);
                assertThat(run(filter, audit, setpriority, 0, 1, 5)).isEqualTo(EPERM);
                assertThat(run(filter, audit, setpriority, 1, 0, 5))
                        .as("all of its process group")
                        .isEqualTo(EPERM);
                assertThat(run(filter, audit, setpriority, 2, 0, 5))
                        .as("all of the user")
                        .isEqualTo(EPERM);
                int ioprio = arm ? 30 : 251;
                assertThat(run(filter, audit, ioprio, 1, 0)).isEqualTo(ALLOW);
                assertThat(run(filter, audit, ioprio, 1, 1)).isEqualTo(EPERM);
                assertThat(run(filter, audit, ioprio, 3, 0)).isEqualTo(EPERM);
            }
        }
    }

    /** Whoever may only read a file can give it another mode, owner, time or attribute all the same: by its descriptor. */
    @Test
    void confinedToolChangesNoFileByItsDescriptor() {
        for (Architecture architecture : Architecture.values()) {
            for (boolean confined : new boolean[] {true, false}) {
                int answer = confined ? EPERM : ALLOW;
                byte[] filter = SeccompFilter.forToolOnHost(architecture, new SharedHost(false, true, confined, true));
                int audit = audit(architecture);
                boolean x86 = architecture == Architecture.X86_64;
                int ioctl = x86 ? 16 : 29;
                assertThat(run(filter, audit, x86 ? 91 : 52, 3, 0666))
                        .as("fchmod")
                        .isEqualTo(answer);
                assertThat(run(filter, audit, x86 ? 93 : 55, 3, 1, 1))
                        .as("fchown")
                        .isEqualTo(answer);
                assertThat(run(filter, audit, x86 ? 190 : 7, 3)).as("fsetxattr").isEqualTo(answer);
                assertThat(run(filter, audit, x86 ? 199 : 16, 3))
                        .as("fremovexattr")
                        .isEqualTo(answer);
                assertThat(run(filter, audit, x86 ? 280 : 88, 3, 0))
                        .as("futimens")
                        .isEqualTo(answer);
                assertThat(run(filter, audit, ioctl, 3, 0x40086602))
                        .as("FS_IOC_SETFLAGS")
                        .isEqualTo(answer);
                assertThat(run(filter, audit, ioctl, 3, 0x401C5820))
                        .as("FS_IOC_FSSETXATTR")
                        .isEqualTo(answer);
                assertThat(run(filter, audit, ioctl, 3, 0x5412)).as("TIOCSTI").isEqualTo(EPERM);
                assertThat(run(filter, audit, ioctl, 3, 0x5401)).as("TCGETS").isEqualTo(ALLOW);
                assertThat(run(filter, audit, x86 ? 0 : 63, 3)).as("read").isEqualTo(ALLOW);
            }
        }
    }

    private static String kernelName(RefusedCall call) {
        return switch (call) {
            case SYSCTL -> "_sysctl";
            default -> call.name().toLowerCase(Locale.ROOT);
        };
    }

    private static Map<String, Integer> header(Architecture architecture) throws IOException {
        List<String> places = switch (architecture) {
            case X86_64 ->
                List.of(
                        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
                        "/usr/x86_64-linux-gnu/include/asm/unistd_64.h",
                        "/usr/include/asm-x86/unistd_64.h",
                        "/usr/include/asm/unistd_64.h");
            case AARCH64 -> List.of("/usr/include/asm-generic/unistd.h");
        };
        Path file = places.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The kernel's headers are missing for " + architecture
                        + ": apt-get install linux-libc-dev (on another processor linux-libc-dev-amd64-cross)."));
        Map<String, Integer> numbers = new HashMap<>();
        Pattern define = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)\\s*");
        for (String line : Files.readAllLines(file)) {
            Matcher matcher = define.matcher(line);
            if (matcher.matches()) {
                numbers.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
            }
        }
        return numbers;
    }

    @Test
    void setuidBitsAreRefusedAndOtherModesAreNot() {
        byte[] x86 = SeccompFilter.forTool(Architecture.X86_64, false, false);
        byte[] arm = SeccompFilter.forTool(Architecture.AARCH64, false, false);
        int create = 0100 | 1;
        int temporary = 020000000 | 1;
        for (int bits : new int[] {04755, 02755, 06755, 04000}) {
            assertThat(run(x86, X86, 90, 0, bits)).as("chmod").isEqualTo(EPERM);
            assertThat(run(x86, X86, 91, 0, bits)).as("fchmod").isEqualTo(EPERM);
            assertThat(run(x86, X86, 268, 0, 0, bits)).as("fchmodat").isEqualTo(EPERM);
            assertThat(run(x86, X86, 452, 0, 0, bits)).as("fchmodat2").isEqualTo(EPERM);
            assertThat(run(x86, X86, 85, 0, bits)).as("creat").isEqualTo(EPERM);
            assertThat(run(x86, X86, 133, 0, bits)).as("mknod").isEqualTo(EPERM);
            assertThat(run(x86, X86, 259, 0, 0, bits)).as("mknodat").isEqualTo(EPERM);
            assertThat(run(x86, X86, 2, 0, create, bits)).as("open").isEqualTo(EPERM);
            assertThat(run(x86, X86, 257, 0, 0, create, bits)).as("openat").isEqualTo(EPERM);
            assertThat(run(x86, X86, 257, 0, 0, temporary, bits))
                    .as("O_TMPFILE")
                    .isEqualTo(EPERM);
            assertThat(run(x86, X86, 257, 0, 0, 0, bits)).as("no file is made").isEqualTo(ALLOW);
            assertThat(run(arm, ARM64, 52, 0, bits)).as("fchmod").isEqualTo(EPERM);
            assertThat(run(arm, ARM64, 53, 0, 0, bits)).as("fchmodat").isEqualTo(EPERM);
            assertThat(run(arm, ARM64, 56, 0, 0, create, bits)).as("openat").isEqualTo(EPERM);
            assertThat(run(arm, ARM64, 33, 0, 0, bits)).as("mknodat").isEqualTo(EPERM);
        }
        for (int bits : new int[] {0755, 01777, 0600}) {
            assertThat(run(x86, X86, 90, 0, bits)).isEqualTo(ALLOW);
            assertThat(run(x86, X86, 257, 0, 0, create, bits)).isEqualTo(ALLOW);
            assertThat(run(arm, ARM64, 53, 0, 0, bits)).isEqualTo(ALLOW);
        }
        assertThat(run(x86, X86, 437)).as("openat2").isEqualTo(ENOSYS);
    }

    @Test
    void limitsOfOthersAreOutOfReach() {
        assertThat(run(SeccompFilter.forTool(Architecture.X86_64, false, false), X86, 302, 0))
                .isEqualTo(ALLOW);
        assertThat(run(SeccompFilter.forTool(Architecture.X86_64, false, false), X86, 302, 1))
                .isEqualTo(EPERM);
        assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false, false), ARM64, 261, 1))
                .isEqualTo(EPERM);
    }

    @Test
    void ordinaryCallsAreAllowed() {
        // read, write, openat, mmap, execve, futex, exit_group, getrandom
        int[] x86 = {0, 1, 257, 9, 59, 202, 231, 318};
        int[] arm = {63, 64, 56, 222, 221, 98, 94, 278};
        for (int index = 0; index < x86.length; index++) {
            assertThat(run(SeccompFilter.forTool(Architecture.X86_64, false, false), X86, x86[index]))
                    .isEqualTo(ALLOW);
            assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false, false), ARM64, arm[index]))
                    .isEqualTo(ALLOW);
        }
    }

    @Test
    void newNamespacesByCloneAndUnknownCallsAreRefused() {
        byte[] filter = SeccompFilter.forTool(Architecture.X86_64, false, false);

        for (int flag : new int[] {0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000}) {
            assertThat(run(filter, X86, 56, flag | 17)).isEqualTo(EPERM);
        }
        assertThat(run(filter, X86, 56, 0x01200011)).as("fork").isEqualTo(ALLOW);
        assertThat(run(filter, X86, 56, 0x003d0f00)).as("thread").isEqualTo(ALLOW);
        assertThat(run(filter, X86, 435)).as("clone3").isEqualTo(ENOSYS);
        assertThat(run(filter, X86, SeccompFilter.LAST_KNOWN + 1)).isEqualTo(ENOSYS);
        assertThat(run(filter, X86, 16, 0, 0x5412)).as("TIOCSTI").isEqualTo(EPERM);
        assertThat(run(filter, X86, 16, 0, 0x541C)).as("TIOCLINUX").isEqualTo(EPERM);
        assertThat(run(filter, X86, 16, 0, 0x5401)).as("TCGETS").isEqualTo(ALLOW);
        assertThat(run(filter, X86, 135, 0x0040000)).as("personality").isEqualTo(EPERM);
        assertThat(run(filter, X86, 135, -1)).as("asking for it").isEqualTo(ALLOW);
    }

    @Test
    void socketsAreOnlyThoseOfThePlan() {
        for (Architecture architecture : Architecture.values()) {
            int number = architecture == Architecture.X86_64 ? 41 : 198;
            byte[] none = SeccompFilter.forTool(architecture, false, false);
            byte[] open = SeccompFilter.forTool(architecture, true, false);
            byte[] host = SeccompFilter.forToolOnHost(architecture, new SharedHost(true, true, false, true));
            int pair = architecture == Architecture.X86_64 ? 53 : 199;
            for (int family = 0; family < 50; family++) {
                int strict = run(none, audit(architecture), number, family);
                int network = run(open, audit(architecture), number, family);
                for (byte[] filter : new byte[][] {none, open, host}) {
                    assertThat(run(filter, audit(architecture), pair, family, 1))
                            .as("a pair of family %d", family)
                            .isEqualTo(family == 1 ? ALLOW : EPERM);
                }
                assertThat(strict).as("family %d", family).isEqualTo(family == 1 ? ALLOW : EPERM);
                assertThat(network)
                        .as("family %d", family)
                        .isEqualTo(family == 1 || family == 2 || family == 10 || family == 16 ? ALLOW : EPERM);
            }
        }
    }

    @Test
    void everyInputComesToAnAnswer() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (Architecture architecture : Architecture.values()) {
            byte[] filter = SeccompFilter.forTool(architecture, random.nextBoolean(), false);
            assertThat(filter.length / 8).as("BPF_MAXINSNS").isLessThan(4096);
            for (int round = 0; round < 20_000; round++) {
                int number = random.nextBoolean() ? random.nextInt(500) : random.nextInt();
                int answer = run(filter, audit(architecture), number, random.nextInt(), random.nextInt());
                assertThat(answer).as("seed %d", seed).isIn(ALLOW, EPERM, ENOSYS, KILL_PROCESS);
                if (Integer.compareUnsigned(number, SeccompFilter.LAST_KNOWN) > 0) {
                    assertThat(answer).isNotEqualTo(ALLOW);
                }
            }
        }
    }

    private static int audit(Architecture architecture) {
        return architecture == Architecture.X86_64 ? X86 : ARM64;
    }

    /** Runs classic BPF over a struct seccomp_data as the kernel does (only the instructions a filter may use). */
    private static int run(byte[] filter, int arch, int number, int... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, arch);
        for (int index = 0; index < arguments.length; index++) {
            data.putLong(16 + 8 * index, arguments[index]);
        }
        ByteBuffer program = ByteBuffer.wrap(filter).order(ByteOrder.LITTLE_ENDIAN);
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int code = program.getShort(8 * at);
            int whenTrue = program.get(8 * at + 2) & 0xff;
            int whenFalse = program.get(8 * at + 3) & 0xff;
            int operand = program.getInt(8 * at + 4);
            switch (code) {
                case 0x20 -> accumulator = data.getInt(operand);
                case 0x15 -> at += accumulator == operand ? whenTrue : whenFalse;
                case 0x25 -> at += Integer.compareUnsigned(accumulator, operand) > 0 ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, operand) >= 0 ? whenTrue : whenFalse;
                case 0x45 -> at += (accumulator & operand) != 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return operand;
                }
                default -> throw new IllegalStateException("instruction " + code + " at " + at);
            }
        }
    }
}
