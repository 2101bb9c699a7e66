package dev.sallyport.cli.devices;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.StandInService;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.FleetLayout;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.pairing.PairingCode;
import dev.sallyport.identity.pairing.PairingParty;
import dev.sallyport.identity.pairing.PairingRefusedException;
import dev.sallyport.identity.pairing.PairingSeed;
import dev.sallyport.identity.pairing.PairingTerms;
import dev.sallyport.identity.pairing.SealedCode;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Both sides of a pairing as people see them, and the acts on devices. */
class DevicesCommandsTest extends CommandsOverHttp {
    private static final byte[] SEED = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String WINDOW = "01JD0000000000000000000007";

    /** The fleet's side with a code of its own; what it answers can be bent. */
    private static final class PairingFleet implements AutoCloseable {
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final SpiffeId id = SpiffeId.device(fleet.trust().trustDomain(), "laptop");
        private byte[] request = new byte[0];
        private byte[] first = new byte[0];
        private byte[] trustShown = fleet.trust().toJson();
        private boolean proofChanged;

        PairingFleet() throws IOException {
            server.createContext("/v1/pairing", this::answer);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        private PairingParty party() {
            return PairingSeed.vault(
                    SEED, new PairingTerms(WINDOW, Digest.of(fleet.trust().toJson()), id, Digest.of(request)));
        }

        private void answer(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            ObjectNode answer = Json.mapper().createObjectNode();
            try {
                if (path.endsWith(":begin")) {
                    begin(Json.read(body), answer);
                } else if (path.endsWith(":prove")) {
                    prove(Json.read(body), answer);
                } else {
                    answer.put("window_id", WINDOW)
                            .put("spiffe_id", id.toString())
                            .put("trust", Base64.getEncoder().encodeToString(trustShown));
                }
                send(exchange, 200, answer.toString());
            } catch (PairingRefusedException e) {
                send(exchange, 403, problem(403, "PAIRING_REFUSED", "The proof is wrong."));
            }
        }

        private void begin(JsonNode asked, ObjectNode answer) {
            request = Pem.request(Json.text(asked, "tls_csr").getBytes(StandardCharsets.US_ASCII));
            first = Base64.getDecoder().decode(Json.text(asked, "first"));
            PairingParty party = party();
            answer.put("first", Base64.getEncoder().encodeToString(party.first()));
            answer.put("second", Base64.getEncoder().encodeToString(party.second(first)));
        }

        private void prove(JsonNode asked, ObjectNode answer) {
            PairingParty party = party();
            party.first();
            party.second(first);
            byte[] proof = party.confirm(Base64.getDecoder().decode(Json.text(asked, "second")));
            party.verify(Base64.getDecoder().decode(Json.text(asked, "proof")));
            if (proofChanged) {
                proof[3] ^= 1;
            }
            FleetLayout layout =
                    new FleetLayout(Objects.requireNonNull(fleet.trustFile().getParent()));
            Authorities issuing = Authorities.openIssuing(layout.issuing(), fleet.fleetId(), Instant.now());
            CertificateIssuer issuer = new CertificateIssuer(
                    issuing.tls(), issuing.signing(), fleet.trust().trustDomain(), Clock.systemUTC());
            answer.put("proof", Base64.getEncoder().encodeToString(proof));
            answer.put(
                    "tls_chain",
                    new String(
                            Pem.ofCertificates(issuer.issueTls(CertificateRequest.parse(request), TlsNames.of(id))),
                            StandardCharsets.US_ASCII));
        }

        private static void send(HttpExchange exchange, int status, String json) throws IOException {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", status == 200 ? "application/json" : "application/problem+json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private Result pair(PairingFleet pairing, String code, String... more) {
        String[] all = new String[5 + more.length];
        all[0] = "devices";
        all[1] = "pair";
        all[2] = "--vault";
        all[3] = pairing.url();
        all[4] = home.resolve("identity").toString();
        System.arraycopy(more, 0, all, 5, more.length);
        return new CommandRun(home).input(code + "\n").of(all);
    }

    @Test
    void aDevicePairsWithTheCodeAndKeepsItsIdentity() throws Exception {
        try (PairingFleet pairing = new PairingFleet()) {
            String code = PairingSeed.code(SEED).shown().toLowerCase(Locale.ROOT);
            Result result = pair(pairing, code, "--as", "/device/laptop");
            assertThat(result.exit()).as(result.toString()).isZero();
            assertThat(result.err()).contains("becomes /device/laptop");
            Path identity = home.resolve("identity");
            assertThat(IdentityDirectory.load(identity, Instant.now()).id()).isEqualTo(pairing.id);
            assertThat(IdentityDirectory.load(identity, Instant.now()).trust()).isEqualTo(fleet.trust());
        }
    }

    @Test
    void withoutTheRightCodeOrFleetNothingIsKept() throws Exception {
        String right = PairingSeed.code(SEED).shown();
        try (PairingFleet pairing = new PairingFleet()) {
            assertThat(pair(pairing, "K7QM-2XWD").exit()).isEqualTo(4);
            assertThat(pair(pairing, "no code").exit()).isEqualTo(2);
            assertThat(pair(pairing, right, "--as", "/agent/laptop").exit()).isEqualTo(2);
            // The fleet's own proof is the one that counts for the device.
            pairing.proofChanged = true;
            Result unproven = pair(pairing, right);
            assertThat(unproven.exit()).isEqualTo(2);
            assertThat(unproven.err()).contains("could not prove that it has this code");
            pairing.proofChanged = false;
            // Somebody in between hands out authorities of his own.
            pairing.trustShown = new String(fleet.trust().toJson(), StandardCharsets.UTF_8)
                    .replace(fleet.fleetId(), fleet.fleetId() + "x")
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(pair(pairing, right).exit()).isEqualTo(4);
            assertThat(home.resolve("identity")).doesNotExist();
            pairing.trustShown = fleet.trust().toJson();
            assertThat(pair(pairing, right).exit()).isZero();
        }
    }

    @Test
    void theOperatorSeesTheCodeThatOnlyHisCommandCanOpen() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        PairingCode code = PairingSeed.code(SEED);
        server.createContext("/v1/pairing-windows", exchange -> {
            if (exchange.getRequestMethod().equals("GET")) {
                PairingFleet.send(exchange, 200, "{\"state\":\"burned\"}");
                return;
            }
            JsonNode asked = Json.read(exchange.getRequestBody().readAllBytes());
            byte[] key = Base64.getDecoder().decode(Json.text(asked, "code_key"));
            PairingFleet.send(
                    exchange,
                    200,
                    "{\"window_id\":\"" + WINDOW + "\",\"spiffe_id\":\"" + Json.text(asked, "spiffe_path")
                            + "\",\"replaces\":false,\"sealed_code\":\""
                            + Base64.getEncoder().encodeToString(SealedCode.seal(key, code, WINDOW)) + "\"}");
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Result opened = command().of("devices", "open", "agent/builder", "--no-wait", "--url", url);
            assertThat(opened.exit()).as(opened.toString()).isZero();
            assertThat(opened.out()).contains(code.shown(), "/agent/builder");
            Result burned = command().of("devices", "open", "laptop", "--url", url);
            assertThat(burned.exit()).isEqualTo(1);
            assertThat(burned.err()).contains("the window is burned");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void actsNameTheDeviceAndSayWhatTheyDid() {
        service.on("POST /v1/devices/device/laptop:revoke", 204, "")
                .on("POST /v1/devices/agent/builder:clear", 204, "")
                .on("POST /v1/devices/device/laptop:rename", 204, "")
                .on(
                        "GET /v1/devices",
                        200,
                        "{\"items\":[{\"spiffe_id\":\"spiffe://x/device/laptop\",\"label\":\"Ada\"}]}");
        assertThat(run("devices", "revoke", "laptop", "--reason", "lost").exit())
                .isZero();
        assertThat(service.asked().getLast().body()).contains("\"reason\":\"lost\"");
        assertThat(run("devices", "clear", "spiffe://x/agent/builder").exit()).isZero();
        assertThat(run("devices", "rename", "/device/laptop", "Ada").exit()).isZero();
        assertThat(run("devices", "list").out()).contains("spiffe://x/device/laptop", "Ada");
        service.on("POST /v1/agent-certificates", 201, "{\"principal\":\"agent:builder\"}")
                .on("DELETE /v1/agent-certificates/builder", 204, "")
                .on("GET /v1/agent-certificates", 200, "{\"items\":[{\"principal\":\"agent:builder\"}]}");
        assertThat(run("devices", "bind", "agent/builder").exit()).isZero();
        assertThat(service.asked().getLast().body())
                .contains("\"name\":\"builder\"", "\"principal\":\"agent:builder\"");
        assertThat(run("devices", "bind", "/agent/builder", "--to", "agent:x").exit())
                .isZero();
        assertThat(service.asked().getLast().body()).contains("\"principal\":\"agent:x\"");
        assertThat(run("devices", "bindings").out()).contains("agent:builder");
        assertThat(run("devices", "unbind", "agent/builder").exit()).isZero();
        int asked = service.asked().size();
        assertThat(run("devices", "bind", "laptop").exit()).isEqualTo(2);
        assertThat(run("devices", "revoke", "laptop").exit()).isEqualTo(2);
        assertThat(run("devices", "clear", "service/policy-service").exit()).isEqualTo(2);
        assertThat(service.asked()).hasSize(asked);
    }

    @Test
    void rotationWritesTheNewKeyBeforeItEndsTheOldOne() throws Exception {
        Path identity = home.resolve("identity");
        IdentityDirectory.write(identity, fleet.load("owner"));
        String before = IdentityDirectory.tlsLeaf(identity).getSerialNumber().toString(16);
        try (StandInService internal = StandInService.internal(fleet, "vault-service")) {
            internal.on("GET /internal/v1/trust-steps", 200, "{\"steps\":[]}")
                    .on("POST /internal/v1/certificates:renew", 503, problem(503, "VAULT_UNAVAILABLE", "Later."));
            Result failed = new CommandRun(home)
                    .of(
                            "devices",
                            "rotate",
                            identity.toString(),
                            "--url",
                            internal.url().toString());
            assertThat(failed.exit()).isEqualTo(7);
            assertThat(IdentityDirectory.tlsLeaf(identity).getSerialNumber().toString(16))
                    .isEqualTo(before);
            assertThat(internal.asked()).as("the roots of now, and no more").hasSize(2);
        }
    }
}
