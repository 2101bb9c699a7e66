package dev.sallyport.vault;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.pairing.PairingCode;
import dev.sallyport.identity.pairing.PairingParty;
import dev.sallyport.identity.pairing.PairingTerms;
import dev.sallyport.identity.pairing.SealedCode;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.vault.RunningVault.Answer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A device that pairs over HTTP, one step at a time. */
final class PairedDevice {
    private final RunningVault vault;
    private final KeyPair pair = KeyTypes.newTlsPair();
    private final String windowId;
    private final SpiffeId id;
    private final byte[] trust;
    private final byte[] request;
    private final PairingParty party;
    private final byte[] first;
    private byte[] vaultSecond = new byte[0];
    private Map<String, String> lastStep = Map.of();

    private PairedDevice(RunningVault vault, JsonNode offer, PairingCode code) {
        this.vault = vault;
        windowId = offer.path("window_id").asString();
        id = SpiffeId.parse(offer.path("spiffe_id").asString());
        trust = bytes(offer, "trust");
        request = CertificateRequest.create(pair, id, Set.of(), Set.of());
        party = PairingParty.device(new PairingTerms(windowId, Digest.of(trust), id, Digest.of(request)), code);
        first = party.first();
    }

    /**
     * A window as its operator has it.
     *
     * @param code opened with the operator's key
     */
    record Window(String id, PairingCode code, JsonNode answer) {}

    static Answer tryOpen(RunningVault vault, String token, String path, SealedCode key) {
        return vault.with(token, "POST", "/v1/pairing-windows", asked(path, key));
    }

    /** The same by the owner's device, which may replace others. */
    static Answer tryOpenByOwnersDevice(RunningVault vault, String path, SealedCode key) {
        return vault.as("owner", "POST", "/v1/pairing-windows", asked(path, key));
    }

    static Map<String, String> asked(String path, SealedCode key) {
        return Map.of("spiffe_path", path, "code_key", Base64.getEncoder().encodeToString(key.publicKey()));
    }

    static Window open(RunningVault vault, String path) {
        SealedCode key = new SealedCode();
        return opened(tryOpen(vault, TestAccess.OWNER, path, key), key);
    }

    /** A window for a name that has a device already. */
    static Window openAgain(RunningVault vault, String path) {
        SealedCode key = new SealedCode();
        return opened(tryOpenByOwnersDevice(vault, path, key), key);
    }

    private static Window opened(Answer answer, SealedCode key) {
        if (answer.status() != 201) {
            throw new AssertionError(answer.text());
        }
        String windowId = answer.json().path("window_id").asString();
        return new Window(windowId, key.open(bytes(answer.json(), "sealed_code"), windowId), answer.json());
    }

    /** A device that has read what is offered now and was told this code. */
    static PairedDevice told(RunningVault vault, PairingCode code) {
        return new PairedDevice(
                vault, vault.with(null, "GET", "/v1/pairing", null).json(), code);
    }

    Answer begin() {
        Answer answer = vault.with(
                null,
                "POST",
                "/v1/pairing/" + windowId + ":begin",
                Map.of("tls_csr", Pem.ofRequest(request), "first", text(first)));
        if (answer.status() == 200 && lastStep.isEmpty()) {
            byte[] second = party.second(bytes(answer.json(), "first"));
            vaultSecond = bytes(answer.json(), "second");
            byte[] proof = party.confirm(vaultSecond);
            lastStep = Map.of("second", text(second), "proof", text(proof));
        }
        return answer;
    }

    Answer prove() {
        return prove(lastStep);
    }

    Answer prove(Map<String, String> step) {
        return vault.with(null, "POST", "/v1/pairing/" + windowId + ":prove", step);
    }

    Map<String, String> lastStep() {
        return lastStep;
    }

    SpiffeId id() {
        return id;
    }

    /** The identity, after this device has made sure of the fleet. */
    WorkloadIdentity verified(Answer proven) {
        party.verify(bytes(proven.json(), "proof"));
        return new WorkloadIdentity(
                id,
                new Credential(
                        pair.getPrivate(),
                        Pem.certificates(
                                proven.json().path("tls_chain").asString().getBytes(StandardCharsets.US_ASCII))),
                null,
                TrustRoots.parse(trust));
    }

    /** The whole pairing of a device with the right code. */
    static WorkloadIdentity pair(RunningVault vault, String path) {
        return pair(vault, open(vault, path));
    }

    /** The same for a name that has a device already. */
    static WorkloadIdentity pairAgain(RunningVault vault, String path) {
        return pair(vault, openAgain(vault, path));
    }

    private static WorkloadIdentity pair(RunningVault vault, Window window) {
        PairedDevice device = told(vault, window.code());
        device.begin();
        return device.verified(device.prove());
    }

    static byte[] bytes(JsonNode answer, String field) {
        return Base64.getDecoder().decode(answer.path(field).asString());
    }

    static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
