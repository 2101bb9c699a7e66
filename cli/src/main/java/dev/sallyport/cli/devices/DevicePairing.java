package dev.sallyport.cli.devices;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.pairing.PairingCode;
import dev.sallyport.identity.pairing.PairingParty;
import dev.sallyport.identity.pairing.PairingRefusedException;
import dev.sallyport.identity.pairing.PairingTerms;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The device's side of a pairing over HTTP. Whatever the other side says is believed only when it has proven that it has
 * the code and saw the very same: the window, the id, trust.json, and this device's request.
 */
final class DevicePairing {
    /** An answer that got lost is asked for again: the same question gets the same answer. */
    private static final int TRIES = 3;

    private final FleetClient client;
    private final String windowId;
    private final SpiffeId id;
    private final byte[] trust;

    private DevicePairing(FleetClient client, String windowId, SpiffeId id, byte[] trust) {
        this.client = client;
        this.windowId = windowId;
        this.id = id;
        this.trust = trust;
    }

    /** What the other side offers now. */
    static DevicePairing offered(FleetClient client) {
        JsonNode offer = client.get(Service.VAULT, "/v1/pairing");
        SpiffeId id = SpiffeId.tryParse(Json.text(offer, "spiffe_id"))
                .filter(named -> named.kind() == SpiffeId.Kind.DEVICE || named.kind() == SpiffeId.Kind.AGENT)
                .orElseThrow(() -> new PairingRefusedException("what is offered is no device and no agent"));
        return new DevicePairing(client, Json.text(offer, "window_id"), id, bytes(offer, "trust"));
    }

    /** What this device would become: {@code /device/NAME} or {@code /agent/NAME}. */
    String path() {
        return id.toString().substring(("spiffe://" + id.trustDomain()).length());
    }

    /**
     * Runs the pairing with a fresh key.
     *
     * @throws PairingRefusedException when the other side does not prove that it has the code
     * @throws IdentityException when the certificate is not of the fleet that the code has proven
     */
    WorkloadIdentity run(PairingCode code, Instant now) {
        KeyPair pair = KeyTypes.newTlsPair();
        byte[] request = CertificateRequest.create(pair, id, Set.of(), Set.of());
        PairingParty party =
                PairingParty.device(new PairingTerms(windowId, Digest.of(trust), id, Digest.of(request)), code);
        ObjectNode first = Json.mapper().createObjectNode();
        first.put("tls_csr", Pem.ofRequest(request)).put("first", text(party.first()));
        JsonNode begun = ask(":begin", first);
        byte[] second = party.second(bytes(begun, "first"));
        byte[] proof = party.confirm(bytes(begun, "second"));
        ObjectNode last = Json.mapper().createObjectNode();
        last.put("second", text(second)).put("proof", text(proof));
        JsonNode proven = ask(":prove", last);
        party.verify(bytes(proven, "proof"));
        return identity(pair, proven, now);
    }

    private WorkloadIdentity identity(KeyPair pair, JsonNode proven, Instant now) {
        TrustRoots roots = roots();
        List<X509Certificate> chain =
                Pem.certificates(Json.text(proven, "tls_chain").getBytes(StandardCharsets.US_ASCII));
        SpiffeId certified = X509Svid.verify(chain, roots.tlsRoots(), roots.trustDomain(), now);
        if (!certified.equals(id)) {
            throw new IdentityException.Malformed("a certificate for " + certified + " was answered to " + id);
        }
        return new WorkloadIdentity(id, new Credential(pair.getPrivate(), chain), null, roots);
    }

    private TrustRoots roots() {
        try {
            return TrustRoots.parse(trust);
        } catch (IllegalArgumentException e) {
            throw new IdentityException.Malformed("the trust.json of the fleet cannot be used: " + e.getMessage(), e);
        }
    }

    private JsonNode ask(String act, ObjectNode body) {
        return tried(() -> client.send(Service.VAULT, "POST", "/v1/pairing/" + windowId + act, body), 1);
    }

    private static JsonNode tried(Supplier<JsonNode> question, int number) {
        try {
            return question.get();
        } catch (CommandFailure e) {
            if (number == TRIES || e.exitCode() != ExitCode.UNREACHABLE) {
                throw e;
            }
            return tried(question, number + 1);
        }
    }

    private static byte[] bytes(JsonNode answer, String field) {
        try {
            return Base64.getDecoder().decode(Json.text(answer, field));
        } catch (IllegalArgumentException e) {
            throw new PairingRefusedException("the answer has no `" + field + "` in base64", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
