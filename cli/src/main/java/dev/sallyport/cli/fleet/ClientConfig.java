package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command's configuration file: where a fleet is and who we are to it. It holds paths of secrets, never a secret.
 *
 * @param publicUrls base URLs of the public connectors, for tokens
 * @param internalUrls base URLs of the internal connectors, for client certificates
 * @param trust path of {@code trust.json}
 * @param identity path of an identity directory
 * @param tokenFile path of a file whose one line is a token
 */
public record ClientConfig(
        Map<Service, URI> publicUrls,
        Map<Service, URI> internalUrls,
        @Nullable Path trust,
        @Nullable Path identity,
        @Nullable Path tokenFile) {
    private static final Set<String> FIELDS = Set.of("v", "services", "trust", "identity", "token_file");

    /** Copies the maps. */
    public ClientConfig {
        publicUrls = Map.copyOf(publicUrls);
        internalUrls = Map.copyOf(internalUrls);
    }

    /** An empty configuration. */
    public static ClientConfig empty() {
        return new ClientConfig(Map.of(), Map.of(), null, null, null);
    }

    /** Reads the file; {@link CommandFailure.Usage} says what is wrong with it. */
    public static ClientConfig read(Path file) {
        try {
            return parse(
                    Json.read(Files.readAllBytes(file)), file.toAbsolutePath().getParent());
        } catch (NoSuchFileException e) {
            throw new CommandFailure.Usage("there is no configuration file " + file, e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the configuration file " + file + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new CommandFailure.Usage("the configuration file " + file + " is not JSON: " + Json.complaint(e), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage("the configuration file " + file + " is wrong: " + e.getMessage(), e);
        }
    }

    private static ClientConfig parse(JsonNode document, @Nullable Path folder) {
        if (!document.isObject() || document.path("v").asInt(0) != 1) {
            throw new IllegalArgumentException("it must be an object with \"v\": 1");
        }
        for (String field : document.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException("unknown field " + field);
            }
        }
        Map<Service, URI> publicUrls = new EnumMap<>(Service.class);
        Map<Service, URI> internalUrls = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            JsonNode urls = document.path("services").path(service.key());
            url(urls, "public", service, publicUrls);
            url(urls, "internal", service, internalUrls);
        }
        return new ClientConfig(
                publicUrls,
                internalUrls,
                path(document, "trust", folder),
                path(document, "identity", folder),
                path(document, "token_file", folder));
    }

    private static void url(JsonNode urls, String field, Service service, Map<Service, URI> into) {
        String text = Json.text(urls, field);
        if (!text.isEmpty()) {
            into.put(service, baseUrl(text));
        }
    }

    private static @Nullable Path path(JsonNode document, String field, @Nullable Path folder) {
        String text = Json.text(document, field);
        if (text.isEmpty()) {
            return null;
        }
        return folder == null ? Path.of(text) : folder.resolve(text).normalize();
    }

    /** Reads a base URL, without slashes at its end; refuses anything but http(s) without user, query and fragment. */
    public static URI baseUrl(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        URI uri = URI.create(text.substring(0, end));
        if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                || uri.getHost() == null
                || uri.getUserInfo() != null
                || uri.getQuery() != null
                || uri.getFragment() != null) {
            throw new IllegalArgumentException("not a base URL like https://sallyport.example: " + text);
        }
        return uri;
    }

    /** The JSON form with absolute paths. */
    public byte[] toJson() {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("v", 1);
        ObjectNode services = document.putObject("services");
        for (Service service : Service.values()) {
            URI open = publicUrls.get(service);
            URI inner = internalUrls.get(service);
            if (open != null || inner != null) {
                ObjectNode urls = services.putObject(service.key());
                if (open != null) {
                    urls.put("public", open.toString());
                }
                if (inner != null) {
                    urls.put("internal", inner.toString());
                }
            }
        }
        putPath(document, "trust", trust);
        putPath(document, "identity", identity);
        putPath(document, "token_file", tokenFile);
        return Json.mapper().writeValueAsBytes(document);
    }

    private static void putPath(ObjectNode document, String field, @Nullable Path path) {
        if (path != null) {
            document.put(field, path.toAbsolutePath().toString());
        }
    }
}
