package dev.sallyport.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaCommandsTest {
    @TempDir
    private Path home;

    @Test
    void aFleetIsFoundedOnceAndARepeatChangesNothing() throws IOException {
        Path directory = home.resolve("fleet");
        Result first = ca("init", directory.toString());
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out()).contains("/service/policy-service", "/device/owner", "signing", "valid");
        byte[] trust = Files.readAllBytes(directory.resolve("trust.json"));
        assertThat(ca("init", directory.toString()).exit()).isZero();
        assertThat(Files.readAllBytes(directory.resolve("trust.json"))).isEqualTo(trust);
        assertThat(ca("renew", directory.toString()).out()).contains("There is nothing to renew.");
        Result status = ca("status", directory.toString(), "-o", "json");
        assertThat(status.exit()).isZero();
        assertThat(status.out()).contains("\"fleet_id\"", "\"purpose\" : \"signing\"");
    }

    @Test
    void aDirectoryWithoutAFleetIsNamed() {
        Result result = ca("status", home.toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("there is no fleet in");
    }

    /** The fleet is not asked: nothing of it runs here. */
    @Test
    void rootsAreReplacedInTheOrderInWhichNobodyIsCutOff() {
        String fleet = home.resolve("fleet").toString();
        assertThat(ca("init", fleet).exit()).isZero();
        assertThat(ca("retire", fleet, "--now").err()).contains("no rotation of the roots is under way");
        Result both = ca("rotate", fleet, "--root");
        assertThat(both.exit()).as(both.err()).isZero();
        assertThat(ca("status", fleet).out()).contains("Sallyport TLS root", " 2");
        Result unasked = ca("rotate", fleet);
        assertThat(unasked.exit()).as("vault-service cannot be asked").isEqualTo(2);
        assertThat(ca("retire", fleet, "--now").err()).contains("below the old roots");
        assertThat(ca("rotate", fleet, "--now").exit()).isZero();
        assertThat(ca("retire", fleet, "--now").err()).contains("sallyport ca renew");
        assertThat(ca("renew", fleet).exit()).isZero();
        Result retired = ca("retire", fleet, "--now");
        assertThat(retired.exit()).as(retired.err()).isZero();
        assertThat(ca("renew", fleet).out()).contains("/service/policy-service");
        assertThat(ca("renew", fleet).out()).contains("There is nothing to renew.");
        assertThat(ca("rotate", fleet).exit()).as("as ever").isZero();
    }

    private Result ca(String command, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "ca";
        all[1] = command;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return new CommandRun(home).of(all);
    }
}
