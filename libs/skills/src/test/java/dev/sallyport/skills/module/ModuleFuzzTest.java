package dev.sallyport.skills.module;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skills.SampleManifest;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.module.ModuleViolation.Rule;

/** Hostile bytes in the place of a module. Reading one throws nothing, whatever it is. */
class ModuleFuzzTest {
    @FuzzTest
    void aModuleIsReadInFullOrRefusedAndWhatIsReadCanBeMetered() throws SkillRefusedException {
        SkillManifest manifest = SampleManifest.manifest();
        byte[] busy = ModuleBytes.plain()
                .section(4, 1, 0x70, 0, 2)
                .section(6, 1, 0x7f, 1, 0x41, 1, 0x0b)
                .section(9, 1, 0, 0x41, 0, 0x0b, 2, 0, 1)
                .section(12, 1)
                .body(
                        1, 1, 0x7f, 0x03, 0x40, 0x41, 1, 0x40, 0, 0x0d, 0, 0x41, 0, 0x41, 0, 0x41, 9, 0xfc, 11, 0, 0x0b,
                        0x42, 1, 0x0b)
                .section(11, 1, 1, 2, 7, 7)
                .toBytes();
        Fuzz.target("skill-module")
                .samples(ModuleBytes.plain().toBytes(), busy)
                .refusing(SkillRefusedException.class)
                .rounds(20_000)
                .longest(256 * 1024)
                .run(input -> {
                    ModuleScan scan = ModuleScan.of(input, manifest);
                    assertThat(scan.violations()).hasSizeLessThanOrEqualTo(ModuleScan.MOST_VIOLATIONS);
                    if (!scan.accepted()) {
                        throw refused(scan.violations().getFirst().rule());
                    }
                    assertThat(scan.memoryPages()).isLessThanOrEqualTo(16);
                    MeteredModule metered = MeteredModule.of(input);
                    assertThat(metered.refusedGrowth()).isEqualTo(metered.fuel() + 1);
                });
    }

    /** Each rule on a line of its own, since the engine tells one way of refusing from another by the line. */
    private static SkillRefusedException refused(Rule rule) {
        return switch (rule) {
            case WELL_FORMED -> new SkillRefusedException(Refusal.MODULE, "well-formed");
            case BOUNDED -> new SkillRefusedException(Refusal.MODULE, "bounded");
            case ONE_MEMORY -> new SkillRefusedException(Refusal.MODULE, "one memory");
            case ONE_TABLE -> new SkillRefusedException(Refusal.MODULE, "one table");
            case KNOWN_IMPORT -> new SkillRefusedException(Refusal.MODULE, "known import");
            case IMPORT_TYPE -> new SkillRefusedException(Refusal.MODULE, "import type");
            case IMPORT_REQUESTED -> new SkillRefusedException(Refusal.MODULE, "import requested");
            case EXPORTED -> new SkillRefusedException(Refusal.MODULE, "exported");
            case ENABLED -> new SkillRefusedException(Refusal.MODULE, "enabled");
        };
    }
}
