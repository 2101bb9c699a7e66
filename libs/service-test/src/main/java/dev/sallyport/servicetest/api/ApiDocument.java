package dev.sallyport.servicetest.api;

import dev.sallyport.servicetest.checkout.Repository;
import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code docs/api/SERVICE.json}, the OpenAPI document of a service, and {@code docs/api/SERVICE.md}, the same for people.
 * Both are written from the running service: its test compares them with what is checked in, or with
 * {@code -Dapi.write=true} writes them, which {@code bin/api} does for all services.
 */
public final class ApiDocument {
    /** System property: write the documents instead of comparing them. */
    private static final String WRITE = "api.write";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DefaultPrettyPrinter LINES = new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));

    private ApiDocument() {}

    /**
     * Compares the documents of a service with what it really maps, its examples with its schemas, and what it serves
     * with the document.
     *
     * @throws AssertionError when they differ, with the command that writes them
     */
    public static void verify(DocumentedService service) {
        String name = service.serviceName();
        ObjectNode document = new DocumentWriter(service.context()).document(name);
        Contract.verifyExamples(document);
        keep(folder().resolve(name + ".json"), text(document));
        keep(folder().resolve(name + ".md"), ReferencePage.of(name, document));
        if (!isWriting()) {
            HttpResponse<String> served = served(service);
            if (served.statusCode() != 200 || !served.body().equals(read(folder().resolve(name + ".json")))) {
                throw new AssertionError("GET /v1/openapi.json answered " + served.statusCode() + ", and not docs/api/"
                        + name + ".json as it is now. Build the service again.");
            }
        }
    }

    private static HttpResponse<String> served(DocumentedService service) {
        try {
            return Client.anonymous().get(service.open("/v1/openapi.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether documents are being written, so that nothing can be held to them. */
    static boolean isWriting() {
        return Boolean.getBoolean(WRITE);
    }

    /** The checked-in document of a service. */
    public static JsonNode of(String name) {
        return JSON.readTree(read(folder().resolve(name + ".json")));
    }

    private static Path folder() {
        return Repository.root().resolve("docs").resolve("api");
    }

    private static void keep(Path file, String expected) {
        try {
            if (isWriting()) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, expected);
                return;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String written = Files.exists(file) ? read(file) : "";
        if (!written.equals(expected)) {
            throw new AssertionError(file + " is not what the service maps: " + difference(written, expected)
                    + "\nbin/api writes all of these documents again; look at what it changed before you commit it.");
        }
    }

    /** The first line that differs. */
    private static String difference(String written, String expected) {
        String[] is = written.split("\n", -1);
        String[] should = expected.split("\n", -1);
        int line = 0;
        while (line < Math.min(is.length, should.length) && is[line].equals(should[line])) {
            line++;
        }
        return "line " + (line + 1) + " is\n  " + (line < is.length ? is[line] : "(the end)") + "\nand should be\n  "
                + (line < should.length ? should[line] : "(the end)");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JSON with a member on each line, always the same. */
    static String text(JsonNode document) {
        return JSON.writer().with(LINES).writeValueAsString(document) + "\n";
    }
}
