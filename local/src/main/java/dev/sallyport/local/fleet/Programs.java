package dev.sallyport.local.fleet;

import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.local.home.HomeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * The jars that were built, unpacked once per content to where every user of the fleet can read them: a checkout may
 * lie in a private folder, a rebuild must not pull classes from under a running process, and an AOT cache needs it.
 */
public final class Programs {
    private final Path checkout;
    private final Path cache;
    private final Path java;
    private final boolean unpacking;

    /**
     * Programs of a built checkout.
     *
     * @param checkout the project's folder
     * @param cache where they are unpacked
     * @param javaHome the JDK that runs them
     */
    public Programs(Path checkout, Path cache, Path javaHome) {
        this(checkout, cache, javaHome, true);
    }

    private Programs(Path checkout, Path cache, Path javaHome, boolean unpacking) {
        this.checkout = checkout;
        this.cache = cache;
        this.java = javaHome.resolve("bin").resolve("java");
        this.unpacking = unpacking;
    }

    /**
     * The programs that a running fleet has unpacked, for a second one: it changes nothing there, and refuses what was built
     * since.
     */
    public static Programs ofRunningFleet(Path checkout, Path cache, Path javaHome) {
        return new Programs(checkout, cache, javaHome, false);
    }

    /** The {@code java} command. */
    public Path java() {
        return java;
    }

    /** The jar that the build left in a module's folder, such as {@code services/policy-service}. */
    public Path built(String module) {
        Path target = checkout.resolve(module).resolve("target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "*.jar")) {
            for (Path jar : jars) {
                String name = jar.getFileName().toString();
                if (!name.endsWith("-sources.jar") && !name.endsWith("-tests.jar")) {
                    return jar;
                }
            }
            throw new HomeException("No jar in " + target + ": run ./mvnw -DskipTests package", null);
        } catch (IOException e) {
            throw new HomeException("No jar in " + target + ": run ./mvnw -DskipTests package", e);
        }
    }

    /**
     * The unpacked program's jar, with its libraries in {@code lib} beside it.
     *
     * @param module its folder in the checkout
     */
    public Path unpacked(String module) {
        return unpacked(module, new ConcurrentHashMap<>());
    }

    /** Unpacks those of several modules side by side. What several of them have is verified once. */
    public void unpack(List<String> modules) {
        ConcurrentMap<String, byte[]> verified = new ConcurrentHashMap<>();
        modules.parallelStream().forEach(module -> unpacked(module, verified));
    }

    private Path unpacked(String module, ConcurrentMap<String, byte[]> verified) {
        Path jar = built(module);
        String name = Path.of(module).getFileName().toString();
        try {
            Path folder = cache.resolve(name + "-" + checksum(jar).substring(0, 16));
            if (!Files.exists(folder)) {
                if (!unpacking) {
                    throw new HomeException(jar + " was built again since the fleet was started", null);
                }
                Files.createDirectories(cache);
                Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
                unpack(jar, folder, verified);
                removeOthers(name, folder);
            }
            return folder.resolve(ExecutableJar.PROGRAM);
        } catch (IOException | UncheckedIOException e) {
            throw new HomeException(jar + " cannot be unpacked into " + cache + ": " + e, e);
        }
    }

    private static void unpack(Path jar, Path folder, ConcurrentMap<String, byte[]> verified) throws IOException {
        Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
        FolderRemoval.remove(fresh);
        ExecutableJar.unpack(jar, fresh, verified);
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the programs of earlier builds. Nobody runs them, since the home is locked. */
    private void removeOthers(String name, Path current) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(cache, name + "-*")) {
            for (Path folder : folders) {
                if (!folder.equals(current)) {
                    FolderRemoval.remove(folder);
                }
            }
        }
    }

    /**
     * Of what the jar holds, by the checksums in its directory: reading all of the jars would take most of the supervisor's
     * time at each start.
     */
    private static String checksum(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (ZipEntry entry : file.stream().toList()) {
                String line = entry.getName() + " " + entry.getSize() + " " + entry.getCrc() + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
