package dev.sallyport.executor.workspace;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.Platform.Access;
import dev.sallyport.skillrunner.host.SkillValues;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What skills keep from one call of a session to the next: a file of the node's own for each skill, in a folder beside the
 * session's workspace, where no tool of the session reaches it. It lives as long as the workspace does.
 */
public final class SkillStore {
    /** Ends the name of the folder, which begins like that of the workspace. */
    static final String FOLDER = ".values";

    /** A mebibyte of values in base64, and their keys. */
    private static final JsonRules RULES = new JsonRules(8 << 20, 2, 4 << 20, 1 << 20, true, false);

    private final Platform platform;
    private final Path folder;
    private final Path file;

    /**
     * That of a skill.
     *
     * @param workspace the session's folder
     * @param skill the skill's dotted id
     */
    public SkillStore(Platform platform, Path workspace, String skill) {
        this.platform = platform;
        this.folder = workspace.resolveSibling(workspace.getFileName() + FOLDER);
        this.file = folder.resolve(EntryName.of(skill + ".json").toString());
    }

    /** What was kept; empty if nothing was. */
    public SkillValues read() throws IOException {
        Map<String, byte[]> values = new HashMap<>();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return new SkillValues(values);
        }
        try {
            ObjectNode json = CanonicalJson.readObject(Files.readAllBytes(file), RULES);
            for (String key : json.propertyNames()) {
                values.put(key, Base64.getDecoder().decode(json.path(key).asString()));
            }
            return new SkillValues(values);
        } catch (JsonRefusedException | IllegalArgumentException e) {
            throw new IOException("what a skill has kept cannot be read", e);
        }
    }

    /** Keeps these and nothing else. After a return they outlive the machine's power; else the ones before are there. */
    public void write(SkillValues values) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        values.all().forEach((key, value) -> json.put(key, Base64.getEncoder().encodeToString(value)));
        Files.createDirectories(folder);
        platform.permit(folder, Access.PRIVATE_FOLDER);
        Path part = folder.resolve(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(CanonicalJson.write(json));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        platform.force(folder);
    }
}
