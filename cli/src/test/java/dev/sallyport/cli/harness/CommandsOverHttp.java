package dev.sallyport.cli.harness;

import dev.sallyport.cli.harness.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands against a real server that speaks the contract: what is sent, what is printed, how it ends. */
public abstract class CommandsOverHttp {
    protected static final String ID = "01JD0000000000000000000001";
    protected static final String TOKEN = "sp_agt_" + "a".repeat(43) + "_000000";

    @TempDir
    private static Path shared;

    protected static SampleFleet fleet;

    @TempDir
    protected Path home;

    protected StandInService service;

    @BeforeAll
    protected static void foundFleet() {
        fleet = new SampleFleet(shared.resolve("fleet"));
    }

    @BeforeEach
    protected void start() throws IOException {
        service = StandInService.plain();
    }

    @AfterEach
    protected void stop() {
        service.close();
    }

    protected CommandRun command() {
        return new CommandRun(home).with("SALLYPORT_TOKEN", TOKEN);
    }

    protected Result run(String... arguments) {
        return command().of(options(arguments));
    }

    protected Result identity(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--identity";
        all[arguments.length + 1] = fleet.identity("owner").toString();
        return new CommandRun(home).of(all);
    }

    protected String[] options(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = service.url().toString();
        return all;
    }

    protected static String problem(int status, String code, String detail) {
        return "{\"type\":\"about:blank\",\"title\":\"No\",\"status\":" + status + ",\"code\":\"" + code
                + "\",\"detail\":\"" + detail + "\"}";
    }
}
