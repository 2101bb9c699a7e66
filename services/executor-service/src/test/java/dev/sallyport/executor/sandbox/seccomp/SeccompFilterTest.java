package dev.sallyport.executor.sandbox.seccomp;

import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.ALLOW;
import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.ENOSYS;
import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.EPERM;
import static dev.sallyport.executor.sandbox.seccomp.SeccompFilter.KILL_PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompFilterTest {
    private static final int X86 = 0xC000003E;
    private static final int I386 = 0x40000003;
    private static final int ARM64 = 0xC00000B7;

    @Test
    void foreignArchitectureAndX32KillTheProcess() {
        byte[] filter = SeccompFilter.forTool(Architecture.X86_64, false);

        assertThat(run(filter, I386, 4)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, ARM64, 64)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, X86, 0x40000000 | 1)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, X86, -1)).isEqualTo(KILL_PROCESS);
        assertThat(run(filter, X86, 1)).isEqualTo(ALLOW);
        assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false), X86, 1))
                .isEqualTo(KILL_PROCESS);
        assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false), ARM64, 64))
                .isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(RefusedCall.class)
    void refusedCallIsRefusedOnBothArchitectures(RefusedCall call) {
        for (Architecture architecture : Architecture.values()) {
            int number = call.number(architecture);
            for (boolean network : new boolean[] {true, false}) {
                if (number >= 0) {
                    assertThat(run(SeccompFilter.forTool(architecture, network), audit(architecture), number))
                            .isEqualTo(EPERM);
                }
            }
        }
    }

    @Test
    void ordinaryCallsAreAllowed() {
        // read, write, openat, mmap, execve, futex, exit_group, getrandom, socketpair
        int[] x86 = {0, 1, 257, 9, 59, 202, 231, 318, 53};
        int[] arm = {63, 64, 56, 222, 221, 98, 94, 278, 199};
        for (int index = 0; index < x86.length; index++) {
            assertThat(run(SeccompFilter.forTool(Architecture.X86_64, false), X86, x86[index]))
                    .isEqualTo(ALLOW);
            assertThat(run(SeccompFilter.forTool(Architecture.AARCH64, false), ARM64, arm[index]))
                    .isEqualTo(ALLOW);
        }
    }

    @Test
    void newNamespacesByCloneAndUnknownCallsAreRefused() {
        byte[] filter = SeccompFilter.forTool(Architecture.X86_64, false);

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
            byte[] none = SeccompFilter.forTool(architecture, false);
            byte[] open = SeccompFilter.forTool(architecture, true);
            for (int family = 0; family < 50; family++) {
                int strict = run(none, audit(architecture), number, family);
                int network = run(open, audit(architecture), number, family);
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
            byte[] filter = SeccompFilter.forTool(architecture, random.nextBoolean());
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
