package dev.sallyport.cli.skills;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills new}: a folder to begin a skill with. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        description = {
            "Make a folder with a skill that works: a tool that counts how often a text was given in a session. Its source is",
            "C with a header of its own, which build.sh builds with clang and the linker of LLVM (Debian: clang, lld); or",
            "AssemblyScript, whose compiler build.sh has npm install (Debian: npm). It puts the module's SHA-256 into",
            "skill.toml."
        },
        footer = {
            "  sallyport skills new notes --id acme.notes --publisher acme",
            "  sallyport skills new words --id acme.words --publisher acme --language assemblyscript"
        })
final class NewSkillCommand extends FleetCommand {
    private static final List<String> FILES = List.of(
            "build.sh", "module.wasm", "cases.jsonl", "schemas/input.json", "schemas/output.json", "skill.toml");

    /** Languages of sources, by the words that the command takes. */
    private static final Map<String, List<String>> SOURCES = Map.of(
            "c", List.of("skill.c", "skill.h"),
            "assemblyscript", List.of("package.json", "assembly/index.ts", "assembly/skill.ts"));

    private static final Pattern ID = Pattern.compile("(?=.{1,128}$)[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+");
    private static final Pattern PUBLISHER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    @Parameters(paramLabel = "DIR", description = "The folder to make.")
    private Path directory = Path.of("");

    @Option(
            names = "--id",
            paramLabel = "ID",
            required = true,
            description = "The skill's dotted name, like acme.notes.")
    private String id = "";

    @Option(names = "--publisher", paramLabel = "NAME", required = true, description = "Who signs it, like acme.")
    private String publisher = "";

    @Option(names = "--language", paramLabel = "NAME", description = "c or assemblyscript; c if not given.")
    private String language = "c";

    @Override
    protected ExitCode run() {
        List<String> sources = SOURCES.get(language);
        if (sources == null) {
            throw usage("--language must be c or assemblyscript");
        }
        if (!ID.matcher(id).matches()) {
            throw usage("--id must be a dotted name of lower-case letters, digits and _, like acme.notes");
        }
        if (!PUBLISHER.matcher(publisher).matches()) {
            throw usage("--publisher must be of lower-case letters, digits, - and _, like acme");
        }
        try {
            Files.createDirectory(directory);
            for (String name : Stream.concat(FILES.stream(), sources.stream()).toList()) {
                byte[] content = template(name);
                Path file = directory.resolve(name);
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.write(file, name.equals("skill.toml") ? manifest(content) : content);
            }
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure.Usage(directory + " exists already; nothing is written into it", e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot make the folder " + directory + ": " + e.getMessage(), e);
        }
        results()
                .object(Json.mapper()
                        .createObjectNode()
                        .put("folder", directory.toString())
                        .put("id", id)
                        .put("publisher", publisher));
        return ExitCode.OK;
    }

    private byte[] manifest(byte[] template) {
        return new String(template, UTF_8)
                .replace("\"ID\"", "\"" + id + "\"")
                .replace("\"PUBLISHER\"", "\"" + publisher + "\"")
                .replace("\"DIGEST\"", "\"" + Digest.of(template("module.wasm")).hex() + "\"")
                .getBytes(UTF_8);
    }

    /** A file of the language's template, else the one that all have. */
    private byte[] template(String name) {
        for (String folder : List.of(language, "template")) {
            try (InputStream in = NewSkillCommand.class.getResourceAsStream(folder + "/" + name)) {
                if (in != null) {
                    return in.readAllBytes();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("missing " + name);
    }
}
