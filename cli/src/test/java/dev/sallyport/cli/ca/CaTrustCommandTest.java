package dev.sallyport.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.TrustSteps;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Roots change with the fleet's knowledge, and a copy of trust.json follows by their signatures alone. */
class CaTrustCommandTest extends CommandsOverHttp {
    private FleetCa founded(String name) {
        return FleetCa.init(
                home.resolve(name),
                new FleetPlan(List.of(FleetPlan.Workload.service("policy-service"))),
                Clock.systemUTC());
    }

    private void serve(FleetCa ca) {
        String steps = new TrustSteps(ca.layout().issuing())
                .after(0).stream()
                        .map(step -> '"' + Base64.getEncoder().encodeToString(step) + '"')
                        .collect(Collectors.joining(","));
        service.on("GET /v1/trust-steps", 200, "{\"steps\":[" + steps + "]}");
    }

    @Test
    void aCopyFollowsWhatItsOwnRootsHaveSignedAndNothingElse() throws IOException {
        FleetCa ca = founded("fleet");
        FleetCa foreign = founded("foreign");
        Path file = Files.copy(ca.layout().trust(), home.resolve("copy.json"));
        byte[] before = Files.readAllBytes(file);
        ca.rotateRoots();
        foreign.rotateRoots();
        serve(foreign);
        serve(ca);
        Result refused = run("ca", "trust", "--follow", file.toString());
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("no step of this fleet's trust");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        Result followed = run("ca", "trust", "--follow", file.toString());
        assertThat(followed.exit()).as(followed.err()).isZero();
        assertThat(TrustRoots.read(file)).isEqualTo(ca.trust());
        assertThat(service.asked().getLast().target()).isEqualTo("/v1/trust-steps?after=0");
    }

    @Test
    void rotateAndRetireRefuseWhileSomebodyWouldBeCutOff() {
        FleetCa ca = founded("fleet");
        String directory = home.resolve("fleet").toString();
        ca.rotateRoots();
        service.on("GET /v1/trust", 200, "{\"step\":0,\"waiting\":[]}");
        service.on("GET /v1/trust", 200, "{\"step\":1,\"waiting\":[{\"spiffe_id\":\"spiffe://x/service/late\"}]}");
        service.on("GET /v1/trust", 200, "{\"step\":1,\"waiting\":[]}");
        assertThat(run("ca", "rotate", directory).err()).contains("--publish DIR");
        assertThat(run("ca", "rotate", directory).err()).contains("spiffe://x/service/late", "--now");
        assertThat(run("ca", "rotate", directory).exit()).as("control").isZero();
        assertThat(run("ca", "renew", directory).exit()).isZero();
        String old = IssuedBy.name(FleetCa.open(ca.layout().directory(), Clock.systemUTC())
                .belowOldRoots()
                .getFirst());
        service.on("GET /v1/authorities", 200, holders(old, "spiffe://x/service/late"));
        service.on("GET /v1/authorities", 200, holders(old, "spiffe://x/device/laptop"));
        assertThat(run("ca", "retire", directory).err()).contains("spiffe://x/service/late", "--now");
        Result retired = run("ca", "retire", directory);
        assertThat(retired.exit()).as(retired.err()).isZero();
        assertThat(TrustRoots.read(ca.layout().trust()).step()).isEqualTo(2);
    }

    private static String holders(String authority, String holder) {
        return "{\"items\":[{\"authority\":\"%s\",\"holders\":[{\"spiffe_id\":\"%s\",\"certificates\":1}]}]}"
                .formatted(authority, holder);
    }
}
