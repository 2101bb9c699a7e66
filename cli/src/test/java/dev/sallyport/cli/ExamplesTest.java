package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.command.Surroundings;
import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.Example;
import dev.sallyport.cli.harness.SampleApproval;
import dev.sallyport.cli.harness.SampleSkill;
import dev.sallyport.cli.harness.Shell;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every example of every help is run as it stands there, in a shell, against a server that answers what the contract
 * says. What it asks for must be an endpoint of docs/endpoints.md, which is compared with the services themselves.
 */
class ExamplesTest extends CommandsOverHttp {
    /** Here they are only read. They need a whole ledger, a cluster, or never end; their own tests run them. */
    private static final Pattern ONLY_READ = Pattern.compile(
            "sallyport (approvals watch|ledger fsck.*|verify .*|skills replay .*|ca join .*|ca kubernetes .*|ca protect .*|ca retire .*|ca trust --follow .*|devices (open|pair|rotate) .*)");

    /** These ask no service. */
    private static final Pattern LOCAL = Pattern.compile(
            "sallyport (ca(?! authorities| revoke| trust)|skills (new|lint|test|build|sign|verify|diff)) ");

    private static final Pattern ENDPOINT = Pattern.compile("\\| (GET|POST|PUT|DELETE) \\| `([^`]+)` \\|");
    private static final String WHOLE_ID = "01JD0000000000000000000000";

    private static final String ANYTHING = """
        {"items":[{"pool":"default","name":"node-1","present":true},{"pool":"default","name":"node-2","present":false},
          {"authority":"9f2c4e07"},{"serial":"4f1c9a","spiffe_id":"spiffe://default.sallyport/executor/default/node-1"},
          {"principal":"person:alice","roles":["operator"]}],
         "proposal_id":"01JD0000000000000000000000","state":{"phase":"done","outcome":"succeeded"},"version":3,
         "token":"sp_agt_x","sign_in_token":"once","opened":2,"failed":[],"before":{},"after":{}}\
        """;

    private static final String CONFIG = """
        {"version":3,"max_calls_per_run":100,"allowed_channels":["api"]}\
        """;

    @Test
    void everyCommandHasAnExample() {
        assertThat(commands()
                        .filter(command -> Example.of(command.getCommandSpec()).isEmpty()))
                .extracting(command -> command.getCommandSpec().qualifiedName())
                .isEmpty();
        assertThat(commands()).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExampleRuns(Example example) throws IOException, InterruptedException {
        prepareFiles(example);
        prepareService(example);
        Shell.Call call = new Shell(home).run(example.line(), "yes\n", Map.of("SEEN", SampleApproval.promptDigest()));
        if (ONLY_READ.matcher(example.line()).matches()) {
            line().parseArgs(call.arguments().toArray(String[]::new));
            return;
        }
        List<String> arguments = new ArrayList<>(call.arguments());
        if (example.line().contains("ledger export") && !arguments.contains("--file")) {
            arguments.addAll(List.of("--file", home.resolve("exported.zip").toString()));
        }
        if (example.line().contains("approvals export")) {
            arguments.set(
                    arguments.size() - 1, home.resolve(arguments.getLast()).toString());
        }
        if (example.line().contains("skills new")) {
            int folder = arguments.indexOf("new") + 1;
            arguments.set(folder, home.resolve(arguments.get(folder)).toString());
        }
        if (example.line().contains("vault share")) {
            arguments.set(arguments.size() - 1, home.resolve("shares").toString());
        }
        Result result = new CommandRun(home)
                .with("SALLYPORT_TOKEN", TOKEN)
                .with("EDITOR", call.editor().isEmpty() ? "sed -i s/100,/300,/" : call.editor())
                .input(call.input())
                .of(options(arguments.toArray(String[]::new)));
        assertThat(result.exit()).as(example + "\n" + result).isZero();
        assertThat(service.asked())
                .allSatisfy(asked -> assertThat(endpoints())
                        .as(asked.method() + " " + asked.target())
                        .anyMatch(endpoint -> endpoint.matcher(asked.method() + " " + asked.target())
                                .matches()));
        assertThat(service.asked().isEmpty())
                .isEqualTo(LOCAL.matcher(example.line()).find());
    }

    private void prepareFiles(Example example) throws IOException {
        Files.writeString(home.resolve("config.json"), CONFIG);
        Files.writeString(home.resolve("lines.json"), "{\"name\":\"report.lines\"}");
        Files.writeString(home.resolve("token.txt"), "s3cret");
        Files.writeString(home.resolve("share-1.txt"), "sp_shr_x");
        Files.writeString(home.resolve("code.txt"), "K7QM-2XWD");
        Files.writeString(home.resolve("stolen.crt"), "-----BEGIN CERTIFICATE-----");
        Files.createDirectories(home.resolve("policies/hard"));
        Files.writeString(home.resolve("policies/hard/team.cedar"), "permit (principal, action, resource);");
        SampleSkill.write(home);
        Files.createDirectories(home.resolve("home"));
        Files.writeString(home.resolve("home/cli.json"), "{\"v\":1}");
        Files.createDirectories(home.resolve("identities/owner"));
        if (example.line().contains("sallyport ca ")) {
            FleetCa.init(home.resolve("fleet"), FleetPlan.oneMachine(), Clock.systemUTC());
        }
    }

    private void prepareService(Example example) {
        service.otherwise(ANYTHING)
                .on("GET /v1/config", 200, CONFIG)
                .on("POST /v1/policy-sets:validate", 200, "{\"valid\":true,\"findings\":[]}")
                .on("GET /v1/approvals/" + WHOLE_ID, 200, SampleApproval.record())
                .on("GET /checkpoint", 200, "text/plain", "x/log\n7\nroot\n".getBytes(StandardCharsets.UTF_8))
                .on(
                        "GET /v1/approvals/events",
                        200,
                        "text/event-stream",
                        "data: {\"approval_id\":\"A\"}\n\n".getBytes(StandardCharsets.UTF_8))
                .on(
                        "GET /v1/proposals/" + WHOLE_ID + "/events",
                        200,
                        "text/event-stream",
                        "data: {\"state\":{\"phase\":\"done\",\"outcome\":\"succeeded\"}}\n\n"
                                .getBytes(StandardCharsets.UTF_8));
        if (example.line().contains("approvals export")) {
            service.on(
                    "GET /v1/approvals:export",
                    200,
                    "application/x-ndjson",
                    "{\"end\":true,\"lines\":0}\n".getBytes(StandardCharsets.UTF_8));
        }
        if (example.line().contains("members add")) {
            service.on("GET /v1/members", 200, "{\"items\":[]}");
        }
    }

    static Stream<Example> examples() {
        return commands().flatMap(command -> Example.of(command.getCommandSpec()).stream());
    }

    /** All that do something: those that only group others have no examples of their own. */
    private static Stream<CommandLine> commands() {
        return below(line())
                .filter(command -> command.getSubcommands().isEmpty()
                        && !command.getCommandName().equals("help"));
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(ExamplesTest::below));
    }

    private static CommandLine line() {
        return SallyportCommand.line(Surroundings.ofThisProcess());
    }

    /** From where Surefire starts, the module's folder. */
    private static List<Pattern> endpoints() throws IOException {
        Matcher matcher = ENDPOINT.matcher(Files.readString(Path.of("../docs/endpoints.md")));
        return matcher.results()
                .map(found -> Pattern.compile(found.group(1) + " "
                        + Pattern.quote(found.group(2))
                                .replaceAll("\\{\\*[a-z_]+}", "\\\\E.+\\\\Q")
                                .replaceAll("\\{[A-Za-z0-9_]+}", "\\\\E[^/?]+\\\\Q")
                        + "(\\?.*)?"))
                .toList();
    }
}
