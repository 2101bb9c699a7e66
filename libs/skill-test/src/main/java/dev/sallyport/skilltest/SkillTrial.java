package dev.sallyport.skilltest;

import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skillrunner.host.HostRequest;
import dev.sallyport.skillrunner.host.MemoryHost;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.manifest.SkillTool;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Runs the cases of a skill in this process, in the engine and within the limits that a node has. All that its manifest asks
 * for is granted, but for what a case leaves out. Time and random bytes are the same at each run.
 *
 * <p>With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> cases() throws Exception {
 *     SkillTrial trial = SkillTrial.of(Path.of("my-skill"));
 *     return trial.cases().stream()
 *             .map(one -> DynamicTest.dynamicTest(one.toString(), () -> trial.run(one).verify()));
 * }
 * }</pre>
 */
public final class SkillTrial {
    /** The file of cases in a skill's folder. */
    public static final String CASES = "cases.jsonl";

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Digest SEED = Digest.of("sallyport skills test".getBytes(StandardCharsets.UTF_8));

    private final SkillRunner runner = new SkillRunner();
    private final CompiledSkill skill;
    private final List<SkillCase> cases;

    /**
     * A skill and its cases.
     *
     * @throws SkillRefusedException if a node would not compile it
     */
    public SkillTrial(SkillPackage skill, List<SkillCase> cases) throws SkillRefusedException {
        this.skill = runner.compile(skill);
        this.cases = List.copyOf(cases);
    }

    /**
     * The skill in a folder, with the cases of its {@value #CASES}.
     *
     * @throws IllegalArgumentException if a line of that is no case
     */
    public static SkillTrial of(Path folder) throws IOException, SkillRefusedException {
        return new SkillTrial(
                SkillPackage.of(SkillFiles.read(folder)), SkillCase.all(Files.readString(folder.resolve(CASES))));
    }

    /** Its cases. */
    public List<SkillCase> cases() {
        return cases;
    }

    /** The names of its tools. */
    public List<String> tools() {
        return skill.skill().manifest().tools().stream().map(SkillTool::name).toList();
    }

    /**
     * Runs a case.
     *
     * @throws IllegalArgumentException if the skill has no such tool
     */
    public SkillOutcome run(SkillCase one) {
        MemoryHost host = new MemoryHost(one.files(), one.values(), one.web());
        Set<CapabilityKind> granted = EnumSet.noneOf(CapabilityKind.class);
        granted.addAll(skill.skill().manifest().capabilities().kinds());
        granted.removeAll(one.without());
        SkillResult result =
                runner.run(skill, new SkillCall(one.tool(), one.input(), granted, SkillLimits.MOST, NOW, SEED), host);
        return new SkillOutcome(one, result, host.requests(), faults(one, result, host.requests()));
    }

    private static List<String> faults(SkillCase one, SkillResult result, List<HostRequest> requests) {
        List<String> faults = new ArrayList<>();
        switch (result) {
            case SkillResult.Answered answered -> {
                if (one.fails() != null) {
                    faults.add("It answered " + answered.output() + " instead of failing with " + one.fails() + ".");
                } else if (one.output() != null && !answered.output().equals(one.output())) {
                    faults.add("It answered " + answered.output() + " instead of " + one.output() + ".");
                }
            }
            case SkillResult.Failed failed -> {
                if (!failed.failure().name().equals(one.fails())) {
                    faults.add("It failed with " + failed.failure() + ": " + failed.detail());
                }
            }
        }
        if (result.usage().fuel() > one.mostFuel()) {
            faults.add("It used " + result.usage().fuel() + " units of fuel; the case allows " + one.mostFuel() + ".");
        }
        if (result.usage().memoryPages() > one.mostPages()) {
            faults.add("It used " + result.usage().memoryPages() + " pages of memory; the case allows "
                    + one.mostPages() + ".");
        }
        List<String> sent = requests.stream().map(HostRequest::toString).toList();
        if (one.sends() != null && !sent.equals(one.sends())) {
            faults.add("It sent " + sent + " instead of " + one.sends() + ".");
        }
        return faults;
    }
}
