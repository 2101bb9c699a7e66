package dev.sallyport.cli.verify.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.Archive;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** What our reader finds in an archive, the JDK's finds too, whatever was done to it. */
class EvidenceZipFuzzTest {
    @FuzzTest
    void everyReaderSeesTheSameFiles() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("bundle.json", "{\"v\":1}".getBytes(StandardCharsets.US_ASCII));
        files.put("checkpoint", new byte[300]);
        files.put("statements/7.pem", new byte[] {1, 2, 3});
        Fuzz.target("evidence-zip")
                .samples(Archive.zip(files))
                .refusing(EvidenceRefusedException.class)
                .rounds(6_000)
                .work(40 << 20, 2_000)
                .run(input -> {
                    Map<String, byte[]> ours = EvidenceZip.read(input).files();
                    Map<String, byte[]> theirs = new LinkedHashMap<>();
                    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(input))) {
                        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                            theirs.put(entry.getName(), zip.readAllBytes());
                        }
                    }
                    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
                    ours.forEach((name, content) -> assertThat(content).isEqualTo(theirs.get(name)));
                });
    }
}
