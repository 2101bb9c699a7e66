package dev.sallyport.cli.skills;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.skilltest.SkillFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;

/** The files of a skill in its folder. Sources and whatever else lies there do not go into the package. */
final class SkillFolder {
    private SkillFolder() {}

    /** Reads the files by their names in the package; {@link CommandFailure.Usage} if one cannot be read. */
    static Map<String, byte[]> read(Path folder) {
        Map<String, byte[]> files;
        try {
            files = SkillFiles.read(folder);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the folder " + folder + ": " + e.getMessage(), e);
        }
        if (files.isEmpty()) {
            throw new CommandFailure.Usage(
                    "there is no skill in " + folder + ": it has skill.toml, module.wasm and schemas/");
        }
        return files;
    }

    /** The bytes of a file, so many at most. */
    static byte[] bytes(Path file, int most) {
        try {
            if (Files.size(file) > most) {
                throw new CommandFailure.Usage(file + " is larger than " + most + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the file " + file, e);
        }
    }

    /** The package with the signature of that key; {@link CommandFailure.Usage} if there is none in the file. */
    static SkillPackage signed(SkillPackage skill, Path key) {
        byte[] pem = bytes(key, Pem.LARGEST);
        try {
            return skill.signed(Pem.privateKey(pem));
        } catch (IdentityException.Malformed | GeneralSecurityException e) {
            throw new CommandFailure.Usage(key + " holds no Ed25519 private key (PKCS#8 PEM, not encrypted)", e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** Writes a new file; {@link CommandFailure.Usage} if there is one already. */
    static void write(Path target, byte[] archive) {
        try {
            Files.write(target, archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure.Usage(target + " exists already; it is not overwritten", e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write " + target + ": " + e.getMessage(), e);
        }
    }
}
