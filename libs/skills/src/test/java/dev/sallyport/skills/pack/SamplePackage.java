package dev.sallyport.skills.pack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.skills.SampleManifest;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.module.ModuleBytes;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;
import java.util.TreeMap;

/** A package that is as the format says, and publishers who sign it. */
final class SamplePackage {
    private SamplePackage() {}

    /** Its files, to be changed. */
    static Map<String, byte[]> files() {
        byte[] module = ModuleBytes.plain().toBytes();
        Map<String, byte[]> files = new TreeMap<>();
        files.put("skill.toml", SampleManifest.of(module).getBytes(UTF_8));
        files.put("module.wasm", module);
        files.put("schemas/fetch.in.json", "{\"type\":\"object\"}".getBytes(UTF_8));
        files.put("schemas/fetch.out.json", "{\"type\":\"object\"}".getBytes(UTF_8));
        return files;
    }

    /** The package with parts of its manifest replaced, each followed by what it is replaced by. */
    static SkillPackage with(String... parts) throws SkillRefusedException {
        Map<String, byte[]> files = files();
        String toml = SampleManifest.of(ModuleBytes.plain().toBytes());
        for (int i = 0; i < parts.length; i += 2) {
            toml = toml.replace(parts[i], parts[i + 1]);
        }
        files.put("skill.toml", toml.getBytes(UTF_8));
        return SkillPackage.of(files);
    }

    static KeyPair keys() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    static SkillPackage signed(SkillPackage skill, KeyPair keys) throws GeneralSecurityException {
        return skill.signed(keys.getPrivate());
    }
}
