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
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport skills new}: a folder to begin a skill with. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        description = {
            "Make a folder with a skill that works: a tool that counts how often a text was given in a session. Its source is",
            "C with a header of its own; build.sh builds it with clang and the linker of LLVM (Debian: clang, lld), and puts",
            "the module's SHA-256 into skill.toml."
        },
        footer = "  sallyport skills new notes --id acme.notes --publisher acme")
final class NewSkillCommand extends FleetCommand {
    private static final List<String> FILES = List.of(
            "build.sh",
            "skill.c",
            "skill.h",
            "module.wasm",
            "cases.jsonl",
            "schemas/input.json",
            "schemas/output.json",
            "skill.toml");

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

    @Override
    protected ExitCode run() {
        if (!ID.matcher(id).matches()) {
            throw usage("--id must be a dotted name of lower-case letters, digits and _, like acme.notes");
        }
        if (!PUBLISHER.matcher(publisher).matches()) {
            throw usage("--publisher must be of lower-case letters, digits, - and _, like acme");
        }
        try {
            Files.createDirectory(directory);
            Files.createDirectory(directory.resolve("schemas"));
            for (String name : FILES) {
                byte[] content = template(name);
                Files.write(directory.resolve(name), name.equals("skill.toml") ? manifest(content) : content);
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

    private static byte[] template(String name) {
        try (InputStream in = NewSkillCommand.class.getResourceAsStream("template/" + name)) {
            if (in == null) {
                throw new IllegalStateException("missing template/" + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
