package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.skills.module.ModuleScan;
import dev.sallyport.skills.pack.SkillPackage;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules that are well-formed and within bounds, but not valid WebAssembly: no such module is compiled. */
class ValidationTest {
    /** The body of the last function of {@code counts.wat} behind its loop: {@code i64.const 0x1000000002}, {@code end}. */
    private static final String TAIL = "428280808080020b";

    private static final SkillRunner RUNNER = new SkillRunner();

    @Test
    void theModuleAsItIsCompiles() throws Exception {
        assertThat(RUNNER.compile(TestSkill.of(TestSkill.module("counts"), 1))).isNotNull();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a result of another type,             412a1a1a1a1a1a0b",
        "too many values on the stack,         420142014201010b",
        "the variable that metering appends,   23000101010101 0b",
        "the second variable that it appends,  23010101010101 0b",
        "an unknown local,                     20090101010101 0b",
        "an unknown function,                  10090101010101 0b",
        "an unknown type,                      41001109000101 0b",
        "a branch out of the function,         0c090101010101 0b",
        "an unknown data segment,              fc090901010101 0b"
    })
    void isRefused(String name, String tail) throws Exception {
        SkillPackage changed = TestSkill.of(withTail(tail.replace(" ", "")), 1);

        assertThat(ModuleScan.of(changed.module(), changed.manifest()).accepted())
                .as(name)
                .isTrue();
        assertThatExceptionOfType(SkillRefusedException.class)
                .as(name)
                .isThrownBy(() -> RUNNER.compile(changed))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.MODULE));
    }

    private static byte[] withTail(String tail) throws IOException {
        String module = HexFormat.of().formatHex(TestSkill.module("counts"));
        assertThat(module).contains(TAIL);
        assertThat(tail).hasSameSizeAs(TAIL);
        return HexFormat.of().parseHex(module.replace(TAIL, tail));
    }
}
