package dev.sallyport.bench.skill;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A whole call of the example skill: JSON checked and written, a fresh instance, the tool, JSON read and checked; against
 * the same module in the engine of Node.js, with a fresh instance and the JSON of that language, which checks no schema.
 * And what a thousand instances leave in memory.
 */
public final class SkillCalls implements Benchmark {
    private static final String TEXT = "Card 4111 1111, call 555 123 before noon. ".repeat(5);
    private static final double MICROS = 1e3;
    private static final double KIBIBYTES = 1024;
    private static final int INSTANCES = 1_000;

    private static final String NODE = """
            import { readFileSync } from 'node:fs';
            const [path, times, text] = process.argv.slice(1);
            const module = await WebAssembly.compile(readFileSync(path));
            const encoder = new TextEncoder(), decoder = new TextDecoder();
            function call() {
              const { memory, skill_alloc, skill_call } =
                new WebAssembly.Instance(module, { skill1: { log() {} } }).exports;
              const input = encoder.encode(JSON.stringify({ text }));
              const at = skill_alloc(input.length);
              new Uint8Array(memory.buffer).set(input, at);
              const answer = skill_call(0, at, input.length);
              const bytes = new Uint8Array(memory.buffer, Number(answer >> 32n), Number(answer & 0xffffffffn));
              return JSON.parse(decoder.decode(bytes)).text.length;
            }
            for (let i = 0; i < times; i++) call();
            const began = process.hrtime.bigint();
            for (let i = 0; i < times; i++) call();
            console.log(Number(process.hrtime.bigint() - began) / 1e3 / times);
            """;

    @Override
    public String name() {
        return "skill-calls";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path folder = run.checkout().resolve("skills/mask-digits");
        int times = run.times(20_000, 10);
        SkillRunner runner = new SkillRunner();
        CompiledSkill skill = runner.compile(SkillPackage.of(Map.of(
                SkillPackage.MANIFEST,
                Files.readAllBytes(folder.resolve("skill.toml")),
                SkillPackage.MODULE,
                Files.readAllBytes(folder.resolve("module.wasm")),
                "schemas/text.json",
                Files.readAllBytes(folder.resolve("schemas/text.json")))));
        double before = node(folder, times);
        calls(runner, skill, times);
        double own = calls(runner, skill, times);
        double again = node(folder, times);
        double heap = heap();
        calls(runner, skill, run.times(INSTANCES, 10));
        double after = heap();
        return List.of(
                Row.judged("skill, a call with a fresh instance", own, "us", new Floor(before, again), Bar.atMost(2)),
                Row.judged("heap after 1,000 instances", after, "KiB", new Floor(heap, heap), Bar.atMost(1.02)));
    }

    private static double calls(SkillRunner runner, CompiledSkill skill, int times) {
        SkillCall call = new SkillCall(
                "mask",
                JsonNodeFactory.instance.objectNode().put("text", TEXT),
                Set.of(),
                SkillLimits.MOST,
                Instant.EPOCH,
                Digest.of(new byte[0]));
        long began = System.nanoTime();
        for (int at = 0; at < times; at++) {
            if (!(runner.run(skill, call) instanceof SkillResult.Answered)) {
                throw new IllegalStateException("the example skill gave no answer");
            }
        }
        return (System.nanoTime() - began) / MICROS / times;
    }

    private static double node(Path folder, int times) throws IOException, InterruptedException {
        Process process = Run.start(new ProcessBuilder(
                        "node",
                        "--input-type=module",
                        "--eval",
                        NODE,
                        "--",
                        folder.resolve("module.wasm").toString(),
                        Integer.toString(times),
                        TEXT)
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("Node.js failed; it said: " + said);
        }
        return Double.parseDouble(said.strip());
    }

    /** What is in use when nothing is left to collect. */
    private static double heap() {
        double least = Double.MAX_VALUE;
        for (int at = 0; at < 3; at++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, (runtime.totalMemory() - runtime.freeMemory()) / KIBIBYTES);
        }
        return least;
    }
}
