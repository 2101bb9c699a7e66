package dev.sallyport.cli.certificates;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport certificates show}: one by its serial number, or all of an id. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show a valid certificate by its serial number, or those of one id.",
        footer = {
            "  sallyport certificates show 4f1c9a",
            "  sallyport certificates show spiffe://default.sallyport/executor/default/node-1"
        })
final class ShowCertificateCommand extends FleetCommand {
    private static final int PAGE = 200;

    @Parameters(paramLabel = "SERIAL|ID", description = "Serial number in hexadecimal, or a SPIFFE id.")
    private String wanted = "";

    @Override
    protected ExitCode run() {
        ObjectNode found = Json.mapper().createObjectNode();
        ArrayNode items = found.putArray("items");
        try (FleetClient client = client()) {
            String after = "";
            do {
                Query query = new Query().with("limit", PAGE).with("after", after.isEmpty() ? null : after);
                JsonNode page = client.get(Service.VAULT, "/v1/certificates" + query);
                page.path("items").valueStream().filter(this::isWanted).forEach(items::add);
                after = Json.text(page, "next");
            } while (!after.isEmpty());
        }
        if (items.isEmpty()) {
            throw new CommandFailure.NotFound(
                    "no valid certificate that vault-service has issued has the serial number or id " + wanted
                            + ". `sallyport certificates list` names them, `sallyport ca status DIR` those that were"
                            + " issued at the machine");
        }
        results().object(isId() ? found : (ObjectNode) items.get(0));
        return ExitCode.OK;
    }

    private boolean isId() {
        return wanted.startsWith("spiffe://");
    }

    private boolean isWanted(JsonNode certificate) {
        return isId()
                ? Json.text(certificate, "spiffe_id").equals(wanted)
                : Json.text(certificate, "serial").equals(wanted.toLowerCase(Locale.ROOT));
    }
}
