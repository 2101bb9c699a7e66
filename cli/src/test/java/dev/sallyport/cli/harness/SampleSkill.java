package dev.sallyport.cli.harness;

import dev.sallyport.identity.Pem;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;

/** The example skill in a folder {@code mask-digits}, a publisher's key in {@code acme.key}, the package of both. */
public final class SampleSkill {
    private static final Path EXAMPLE = Path.of("../skills/mask-digits");

    private SampleSkill() {}

    /** Writes them into this folder; the signed package is {@code signed.skill}. */
    public static KeyPair write(Path folder) throws IOException {
        Path skill = folder.resolve("mask-digits");
        Files.createDirectories(skill.resolve("schemas"));
        for (String name :
                new String[] {"skill.toml", "module.wasm", "module.wat", "cases.jsonl", "schemas/text.json"}) {
            Files.copy(EXAMPLE.resolve(name), skill.resolve(name));
        }
        try {
            KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Files.write(folder.resolve("acme.key"), Pem.ofPrivateKey(keys.getPrivate()));
            SkillPackage made = SkillPackage.of(Map.of(
                    "skill.toml", Files.readAllBytes(skill.resolve("skill.toml")),
                    "module.wasm", Files.readAllBytes(skill.resolve("module.wasm")),
                    "schemas/text.json", Files.readAllBytes(skill.resolve("schemas/text.json"))));
            Files.write(
                    folder.resolve("signed.skill"),
                    made.signed(keys.getPrivate()).encode());
            return keys;
        } catch (GeneralSecurityException | SkillRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
