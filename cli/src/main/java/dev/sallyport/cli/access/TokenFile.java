package dev.sallyport.cli.access;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.OwnerOnlyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a new token goes: into a new file that only its owner reads, or, without one, onto the screen. The file is made
 * before the token is issued, so that a wrong path does not lose a token.
 */
final class TokenFile implements AutoCloseable {
    private final @Nullable Path path;
    private final @Nullable OwnerOnlyFile file;

    private TokenFile(@Nullable Path path, @Nullable OwnerOnlyFile file) {
        this.path = path;
        this.file = file;
    }

    /** The file at this path; null for none. */
    static TokenFile at(@Nullable Path path) {
        try {
            return new TokenFile(path, path == null ? null : OwnerOnlyFile.create(path));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** What is shown of the answer with the token, once the token is kept. */
    JsonNode kept(JsonNode answer) {
        if (file != null) {
            try {
                file.write((Json.text(answer, "token") + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw unwritable(e);
            }
            ((ObjectNode) answer).put("token", "(in " + path + ")");
        }
        return answer;
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static CommandFailure.Usage unwritable(IOException e) {
        return new CommandFailure.Usage("cannot write the token file: " + e.getMessage(), e);
    }
}
