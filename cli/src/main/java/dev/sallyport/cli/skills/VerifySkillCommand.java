package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills verify}: what a package is, asks for, and who signed it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check a package of a skill and show what it asks for and who signed it. Exit code 1: it does not hold.",
            "",
            "Without --fingerprint only the signature is checked, not whose key it is: compare signed_by with what the",
            "publisher says. Whether the module is valid WebAssembly is found when it is compiled, not here."
        },
        footer = {"  sallyport skills verify signed.skill", "  sallyport skills verify signed.skill --output json"})
final class VerifySkillCommand extends FleetCommand {
    @Parameters(paramLabel = "FILE", description = "The package.")
    private Path file = Path.of("");

    @Option(
            names = "--fingerprint",
            paramLabel = "SHA256",
            description = "The fingerprint of the publisher's key, 64 hexadecimal digits.")
    private @Nullable String fingerprint;

    @Override
    protected ExitCode run() {
        Digest expected = expected();
        byte[] archive = SkillFolder.bytes(file, SkillPackage.MAX_BYTES);
        try {
            SkillPackage skill = SkillPackage.read(archive);
            PublisherKey signer = skill.signer()
                    .orElseThrow(() -> new SkillRefusedException(Refusal.UNSIGNED, "The package is not signed."));
            if (expected != null && !expected.equals(signer.fingerprint())) {
                throw new SkillRefusedException(
                        Refusal.PUBLISHER_KEY_CHANGED,
                        "The package is signed by the key " + signer.fingerprint()
                                + ", not by the one that you named.");
            }
            results().object(SkillView.of(skill).put("holds", true));
            return ExitCode.OK;
        } catch (SkillRefusedException e) {
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("holds", false)
                            .put("code", e.refusal().name())
                            .put("message", e.getMessage()));
            return ExitCode.NEGATIVE;
        }
    }

    private @Nullable Digest expected() {
        try {
            return fingerprint == null ? null : new Digest(fingerprint);
        } catch (IllegalArgumentException e) {
            throw usage("a fingerprint has 64 lower-case hexadecimal digits");
        }
    }
}
