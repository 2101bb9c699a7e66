package dev.sallyport.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedKafkaTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"4L6g3nShT-eMCtK--X86sw", "-L6g3nShT-eMCtK--X86sw", "--6g3nShT-eMCtK--X86sw"})
    void storageIsFormattedWithAnyClusterId(String clusterId) throws IOException {
        Path properties = folder.resolve("server.properties");
        Files.writeString(properties, """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@localhost:9093
                listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%s
                """.formatted(folder.resolve("data")));

        assertThat(EmbeddedKafka.format(properties.toString(), clusterId)).isZero();

        assertThat(folder.resolve("data/meta.properties")).content().contains("cluster.id=" + clusterId);
    }
}
