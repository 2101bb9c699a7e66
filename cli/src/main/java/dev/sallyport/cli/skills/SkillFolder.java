package dev.sallyport.cli.skills;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.skills.pack.SkillPackage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a skill in its folder. Sources and whatever else lies there do not go into the package. */
final class SkillFolder {
    private static final List<String> NAMES = List.of("skill.toml", "module.wasm", "sbom.cdx.json", "provenance.json");

    private static final String SCHEMAS = "schemas";
    private static final int MOST_FILES = 256;

    /** Larger than any file of a package may be, in bytes. */
    private static final int LARGEST = 17 << 20;

    private SkillFolder() {}

    /** Reads the files by their names in the package; {@link CommandFailure.Usage} if one cannot be read. */
    static Map<String, byte[]> read(Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                files.put(name, bytes(file, LARGEST));
            }
        }
        for (Path file : schemas(folder.resolve(SCHEMAS))) {
            files.put(SCHEMAS + "/" + file.getFileName(), bytes(file, LARGEST));
        }
        if (files.isEmpty()) {
            throw new CommandFailure.Usage(
                    "there is no skill in " + folder + ": it has skill.toml, module.wasm and schemas/");
        }
        return files;
    }

    private static List<Path> schemas(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> file.getFileName().toString().endsWith(".json"))
                    .limit(MOST_FILES)
                    .toList();
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the folder " + folder, e);
        }
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
