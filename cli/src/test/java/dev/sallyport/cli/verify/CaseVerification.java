package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.Archive;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.bundle.EvidenceRefusedException;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.cli.verify.report.Verdict.Status;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Two fleets, calls of the first, and what is done to their bundles before they are verified. */
abstract class CaseVerification {
    @TempDir
    static Path home;

    static SampleFleet fleet;
    static SampleFleet foreign;

    @BeforeAll
    static void foundFleets() {
        fleet = new SampleFleet(home.resolve("fleet"));
        foreign = new SampleFleet(home.resolve("foreign"));
    }

    static <T> T of(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    static SampleCall approved() {
        return fleet.call(
                Outcome.APPROVAL_REQUIRED, terms -> terms.rationale = SampleTerms.detail("The user asked for it."));
    }

    static SampleBundle bundle(SampleCall call) {
        return new SampleBundle(fleet, call);
    }

    static Report verify(Map<String, byte[]> files) {
        try {
            return new CaseVerifier(Trust.pinned(fleet.trust(), List.of())).verify(Bundle.read(Archive.zip(files)));
        } catch (EvidenceRefusedException e) {
            throw new AssertionError("it is a bundle", e);
        }
    }

    static void assertFails(Report report, Claim claim) {
        assertThat(report.summary().get(claim))
                .as("%s of %s", claim, report.verdicts())
                .isEqualTo(Status.FAILS);
        assertThat(report.proven()).isFalse();
    }

    static ObjectNode issued(ObjectNode predicate) {
        return (ObjectNode) predicate.get("issued");
    }

    static String later(SampleCall call, Duration duration) {
        String text = call.terms().now.plus(duration).toString();
        return text.length() == 20 ? text.replace("Z", ".000Z") : text;
    }

    static void editManifest(Map<String, byte[]> files, Consumer<ObjectNode> edit) {
        ObjectNode manifest = (ObjectNode) Json.read(of(files, "bundle.json"));
        edit.accept(manifest);
        files.put("bundle.json", CanonicalJson.write(manifest));
    }

    static void editStatement(Map<String, byte[]> files, int index, Consumer<ObjectNode> edit) {
        editManifest(
                files,
                manifest -> edit.accept((ObjectNode) manifest.get("statements").get(index)));
    }

    static void removeText(ArrayNode array, String text) {
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i).asString().equals(text)) {
                array.remove(i);
                return;
            }
        }
        throw new AssertionError(text + " is not listed");
    }
}
