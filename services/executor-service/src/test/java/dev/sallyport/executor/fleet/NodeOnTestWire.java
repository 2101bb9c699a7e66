package dev.sallyport.executor.fleet;

import dev.sallyport.executor.ExecutorService;
import dev.sallyport.executor.egress.TestServer;
import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.egress.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A node of a running fleet, as a process of its own, for which one host of the internet is on this machine:
 * {@code HOST FILE ARGUMENT...}. What that host's server is sent goes to the end of the file; it answers with the same.
 * {@code other.example:80} leads to the same server, which speaks TLS alone.
 */
final class NodeOnTestWire {
    private NodeOnTestWire() {}

    static void main(String[] arguments) throws IOException {
        String host = arguments[0];
        Path seen = Path.of(arguments[1]);
        TestWire wire = new TestWire(host);
        TestServer server = new TestServer(wire.as(host), request -> {
            append(seen, request);
            return TestServer.ok("you sent " + request);
        });
        wire.names(host, TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, server.port());
        wire.names("other.example", "93.184.216.35").leads("93.184.216.35", 80, server.port());
        SpringApplication application = new SpringApplication(ExecutorService.class);
        application.addInitializers(context -> ((GenericApplicationContext) context)
                .registerBean("testWire", Wire.class, () -> wire, definition -> definition.setPrimary(true)));
        application.run(Arrays.copyOfRange(arguments, 2, arguments.length));
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(
                    file, text, StandardCharsets.ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
