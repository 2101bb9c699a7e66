package dev.sallyport.skillrunner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.skillrunner.host.HostField;
import dev.sallyport.skillrunner.host.HostResponse;
import dev.sallyport.skillrunner.host.HostTranscript;
import dev.sallyport.skillrunner.host.MemoryHost;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Goes once through all that a module can cause, with a module of our own: every host function, granted and denied, a trap,
 * an exhausted stack, no fuel.
 *
 * <p>A class that is initialised where a module has left no stack fails for as long as the process lives; so no module of
 * somebody else may be the first to lead there. It shows at the start, too, that the parts of the engine fit together.
 */
final class WarmUp {
    private static final String MANIFEST = """
        manifest_version = 1
        id = "sallyport.warm_up"
        version = "1.0.0"
        publisher = "sallyport"
        [module]
        file = "module.wasm"
        sha256 = "DIGEST"
        abi = "skill-json-1"
        [capabilities]
        http = [{ url = "https://example.com/*", methods = ["GET"], max_response_bytes = 1 }]
        fs = [{ path = "workspace:/**", access = "read_write" }]
        kv = { max_bytes = 1 }
        clock = true
        random = true
        [limits]
        wall_ms = 60000
        fuel = 10000000
        memory_pages = 1
        output_bytes = 1024
        host_calls = 100
        """;

    private static final String TOOL = """
        [[tools]]
        name = "tNUMBER"
        description = "Warms up."
        input_schema = "schemas/any.json"
        output_schema = "schemas/any.json"
        risk = "policy"
        """;

    private static final SkillLimits LITTLE_FUEL = new SkillLimits(Duration.ofMinutes(1), 1, 1, 1024, 100);

    private WarmUp() {}

    /** Runs it; {@link IllegalStateException} when the engine does not do what it should. */
    static void run(SkillRunner runner) {
        try {
            CompiledSkill compiled = runner.compile(skill());
            Set<CapabilityKind> all = Set.of(CapabilityKind.values());
            HostTranscript transcript = new HostTranscript();
            SkillHost host = new MemoryHost(
                    Map.of("{}", new byte[1]),
                    Map.of(),
                    Map.of(
                            "GET https://example.com/",
                            new HostResponse(200, List.of(HostField.received("A", "b")), new byte[1])));
            expectAnswer(runner.run(compiled, call(0, all, SkillLimits.MOST), transcript.recording(host)));
            expectAnswer(runner.run(compiled, call(0, all, SkillLimits.MOST)));
            expectAnswer(runner.run(compiled, call(0, Set.of(), SkillLimits.MOST)));
            expect(SkillFailure.TRAPPED, runner.run(compiled, call(1, all, SkillLimits.MOST)));
            expect(SkillFailure.TRAPPED, runner.run(compiled, call(2, all, SkillLimits.MOST)));
            expect(SkillFailure.FUEL_EXHAUSTED, runner.run(compiled, call(0, all, LITTLE_FUEL)));
        } catch (SkillRefusedException e) {
            throw new IllegalStateException("the engine for skills does not take a module of our own", e);
        }
    }

    private static SkillPackage skill() throws SkillRefusedException {
        byte[] module = module();
        StringBuilder manifest =
                new StringBuilder(MANIFEST.replace("DIGEST", Digest.of(module).hex()));
        for (int tool = 0; tool < 3; tool++) {
            manifest.append(TOOL.replace("NUMBER", String.valueOf(tool)));
        }
        return SkillPackage.of(Map.of(
                SkillPackage.MANIFEST,
                manifest.toString().getBytes(UTF_8),
                SkillPackage.MODULE,
                module,
                "schemas/any.json",
                "{\"type\":\"object\"}".getBytes(UTF_8)));
    }

    private static byte[] module() {
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up.wasm")) {
            if (in == null) {
                throw new IllegalStateException("missing warm-up.wasm");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SkillCall call(int tool, Set<CapabilityKind> granted, SkillLimits limits) {
        return new SkillCall(
                "t" + tool,
                JsonNodeFactory.instance.objectNode(),
                granted,
                limits,
                Instant.EPOCH,
                Digest.of(new byte[0]));
    }

    private static void expectAnswer(SkillResult result) {
        if (!(result instanceof SkillResult.Answered answered)
                || !answered.output().equals("{}")) {
            throw new IllegalStateException("the engine for skills gave no answer: " + result);
        }
    }

    private static void expect(SkillFailure failure, SkillResult result) {
        if (!(result instanceof SkillResult.Failed failed) || failed.failure() != failure) {
            throw new IllegalStateException("the engine for skills did not end with " + failure + ": " + result);
        }
    }
}
