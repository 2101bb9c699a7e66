package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.harness.SharedFleet;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Secrets, tokens, keys and passwords are nowhere but where the design says, whatever was done with them. */
@ExtendWith(SharedFleet.class)
class CanariesTest {
    /** Written differently in JSON, in an address and in a shell. */
    static final String NOISE = "\\\"+/= \u00e9";

    private final CanarySearch search = new CanarySearch();

    @TempDir
    Path folder;

    @Test
    void nothingSecretIsFoundWhereItDoesNotBelong(Fleet fleet) throws Exception {
        CanaryPlaces places = new CanaryPlaces(fleet, search);
        CanaryPlanting planting = new CanaryPlanting(fleet, search, places);
        String argument = CanaryPlanting.fresh("argument");
        search.with(CanaryPlaces.ARGUMENT, argument);
        planting.everything(argument);
        new RedeemedSecrets(fleet, search, folder).everything(argument);
        planting.keysAndPasswords();

        places.files();
        places.topics();
        places.tables();
        places.actuators();
        places.processes();

        assertThat(places.found()).isEmpty();
        assertFoundWhereItIsPlanted(fleet, places);
    }

    /** The search finds what is planted in each kind of place, in each form. */
    private void assertFoundWhereItIsPlanted(Fleet fleet, CanaryPlaces places) throws Exception {
        String control = CanaryPlanting.fresh("control") + NOISE;
        search.with("control", control);
        Path log = fleet.home().resolve("logs/control.log");
        byte[] bytes = control.getBytes(StandardCharsets.UTF_8);
        for (String form : List.of(
                control,
                "x" + Base64.getEncoder().encodeToString(("ab" + control).getBytes(StandardCharsets.UTF_8)),
                Base64.getUrlEncoder()
                        .encodeToString(Base64.getEncoder().encode(("a" + control).getBytes(StandardCharsets.UTF_8))),
                "\\x" + HexFormat.of().formatHex(bytes),
                HexFormat.of().formatHex(Base64.getEncoder().encode(bytes)),
                URLEncoder.encode(control, StandardCharsets.UTF_8),
                Api.JSON.writeValueAsString(control))) {
            Files.writeString(log, "before " + form + " after");
            places.file(log);
            assertThat(places.found()).as(form).containsExactly("file logs/control.log: control");
        }
        Files.delete(log);

        Databases databases = new Databases(fleet);
        databases.update(
                "policy_service",
                "create table canary_control as select '\\x" + HexFormat.of().formatHex(bytes) + "'::bytea as value");
        try {
            places.tables();
            assertThat(places.found()).containsExactly("table policy_service public.canary_control: control");
        } finally {
            databases.update("policy_service", "drop table canary_control");
        }

        RawKafka kafka = new RawKafka(fleet, "kafka-admin");
        kafka.create("canary-control");
        try {
            kafka.write("canary-control", "k", bytes);
            places.topics();
            assertThat(places.found()).containsExactly("topic canary-control: control");
        } finally {
            kafka.delete("canary-control");
        }

        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", "read x", control);
        shell.environment().put("CONTROL", control);
        Process child = shell.start();
        try {
            places.process(child.pid());
            assertThat(places.found()).as("arguments and environment").hasSize(2);
        } finally {
            child.destroy();
        }
    }
}
