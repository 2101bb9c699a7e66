package dev.sallyport.local.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/**
 * Spring Boot's executable jar, turned into an ordinary jar with its libraries beside it: no nested jars, so it starts
 * faster and an AOT cache can be made of it. Like {@code -Djarmode=tools extract}, which asks for Spring in the jar.
 */
final class ExecutableJar {
    /** The ordinary jar's name. */
    static final String PROGRAM = "program.jar";

    private static final String CLASSES = "BOOT-INF/classes/";
    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final String META = "META-INF/";
    private static final String LOADER_SERVICES = "META-INF/services/";
    private static final String ORDER = "BOOT-INF/classpath.idx";

    private ExecutableJar() {}

    /**
     * Unpacks into a folder that does not exist yet.
     *
     * @param verified signed libraries that were verified, by name and content; what is verified here is added
     */
    static void unpack(Path jar, Path folder, ConcurrentMap<String, byte[]> verified) throws IOException {
        Path libraries = Files.createDirectories(folder.resolve("lib"));
        try (JarFile from = new JarFile(jar.toFile())) {
            for (String library : libraries(from)) {
                copyLibrary(from, library, libraries.resolve(library), verified);
            }
            try (OutputStream file = Files.newOutputStream(folder.resolve(PROGRAM));
                    var to = new JarOutputStream(file, manifest(from))) {
                for (ZipEntry entry : from.stream().toList()) {
                    String name = nameInside(entry.getName());
                    if (!name.isEmpty()) {
                        to.putNextEntry(new ZipEntry(name));
                        from.getInputStream(entry).transferTo(to);
                        to.closeEntry();
                    }
                }
            }
        }
    }

    private static void copyLibrary(JarFile from, String library, Path to, ConcurrentMap<String, byte[]> verified)
            throws IOException {
        ZipEntry entry = Objects.requireNonNull(from.getEntry(LIBRARIES + library), library);
        String content = library + " " + entry.getSize() + " " + entry.getCrc();
        try (InputStream in = from.getInputStream(entry)) {
            Files.copy(in, to);
        }
        if (SignedLibrary.isSigned(to)) {
            Files.write(to, verified.computeIfAbsent(content, _ -> {
                try {
                    return SignedLibrary.verified(to);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
    }

    /**
     * Where an entry belongs in the ordinary jar, empty for what is Spring Boot's own. Folders too: Spring finds the
     * classes of a package by asking for its folder. The plugin moves classes and leaves the program's META-INF where
     * it was, beside the loader's manifest and services.
     */
    private static String nameInside(String name) {
        if (name.startsWith(CLASSES)) {
            return name.substring(CLASSES.length());
        }
        boolean own = name.startsWith(META) && !name.equals(JarFile.MANIFEST_NAME) && !name.startsWith(LOADER_SERVICES);
        return own && !name.equals(META) && !name.endsWith(".SF") ? name : "";
    }

    private static Manifest manifest(JarFile from) throws IOException {
        Manifest given = from.getManifest();
        String main = given == null ? null : given.getMainAttributes().getValue("Start-Class");
        if (main == null) {
            throw new IOException(from.getName() + " is not an executable jar of Spring Boot");
        }
        var manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, main);
        attributes.put(
                Attributes.Name.CLASS_PATH,
                libraries(from).stream().map(library -> "lib/" + library).collect(Collectors.joining(" ")));
        copy(given, attributes, Attributes.Name.IMPLEMENTATION_TITLE);
        copy(given, attributes, Attributes.Name.IMPLEMENTATION_VERSION);
        return manifest;
    }

    private static void copy(Manifest given, Attributes to, Attributes.Name name) {
        String value = given.getMainAttributes().getValue(name);
        if (value != null) {
            to.put(name, value);
        }
    }

    /** File names in the order of the class path. */
    private static List<String> libraries(JarFile from) throws IOException {
        ZipEntry order = from.getEntry(ORDER);
        if (order == null) {
            throw new IOException(from.getName() + " has no " + ORDER);
        }
        String lines = new String(from.getInputStream(order).readAllBytes(), StandardCharsets.UTF_8);
        var names = new ArrayList<String>();
        for (String line : lines.lines().toList()) {
            // Lines read: - "BOOT-INF/lib/name.jar"
            int begin = line.indexOf(LIBRARIES);
            if (begin >= 0) {
                String name = line.substring(begin + LIBRARIES.length())
                        .replace("\"", "")
                        .strip();
                if (name.contains("/")) {
                    throw new IOException("A library's name is a path: " + name);
                }
                names.add(name);
            }
        }
        return names;
    }
}
