package dev.sallyport.bench.wasm;

import dev.sallyport.skills.manifest.Capabilities;
import dev.sallyport.skills.manifest.SkillAbi;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.manifest.SkillVersion;
import dev.sallyport.statements.Digest;
import java.util.List;

/** A manifest that asks for nothing and allows as much as one may. */
final class AnySkill {
    static final SkillManifest MANIFEST = new SkillManifest(
            "suite.module",
            new SkillVersion("1.0.0"),
            "suite",
            Digest.of(new byte[0]),
            SkillAbi.SKILL_JSON,
            List.of(),
            Capabilities.NONE,
            SkillLimits.MOST);

    private AnySkill() {}
}
