package dev.sallyport.executor.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private Path state;

    @BeforeEach
    void state() throws IOException {
        state = TestFolder.named("doctor");
    }

    @Test
    void tierCIsProvenByCanariesOnThisHost() throws Exception {
        Doctor doctor = doctor(Path.of("/usr/bin/bwrap"));

        DoctorReport report = doctor.examine();

        assertThat(report.tiers()).as("%s", report).hasSize(1);
        assertThat(report.offers(Tier.C)).as("%s", report).isTrue();
        assertThat(report.tiers().getFirst().facts()).extracting(Fact::name).contains("seccomp", "namespaces");
        assertThat(report.tiers().getFirst().backend()).startsWith("bubblewrap ");
        assertThat(doctor.proven()).hasSize(1);
    }

    @Test
    void sandboxThatContainsNothingIsNotOffered() throws Exception {
        Path open = Files.writeString(
                state.resolve("open"),
                "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'bubblewrap 9'; exit; }\nshift 3\nexec \"$@\"\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("r-xr-xr-x"));

        DoctorReport report = doctor(open).examine();

        assertThat(report.offers(Tier.C)).isFalse();
        assertThat(report.tiers().getFirst().why()).isNotBlank();
        assertThat(report.tiers().getFirst().fix()).isNotBlank();
    }

    @Test
    void missingBubblewrapIsNamedWithItsFix() throws Exception {
        DoctorReport report = doctor(state.resolve("none")).examine();

        assertThat(report.offers(Tier.C)).isFalse();
        assertThat(report.tiers().getFirst().fix()).contains("apt-get install bubblewrap");
    }

    private Doctor doctor(Path bwrap) throws IOException {
        return TestDoctor.of(state, bwrap);
    }
}
