package dev.sallyport.approval.fleet;

import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.testkit.signing.FleetSigners;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A person with a passkey in software, who can also do what no browser would. */
public final class Keyholder {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunningApproval service;
    private final String workspace;
    private final SamplePasskey passkey;
    private final byte[] credential;

    private Keyholder(RunningApproval service, String workspace, SamplePasskey passkey) {
        this.service = service;
        this.workspace = workspace;
        this.passkey = passkey;
        credential = passkey.key().key().bytes();
    }

    /** Somebody who has made a key that policy-service has confirmed. */
    public static Keyholder of(RunningApproval service, String workspace, String person) {
        Keyholder holder = unconfirmed(service, workspace, person);
        holder.confirm();
        return holder;
    }

    /** Somebody who has made a key, about which policy-service has said nothing. */
    public static Keyholder unconfirmed(RunningApproval service, String workspace, String person) {
        Keyholder holder = new Keyholder(service, workspace, SamplePasskey.of(person, "localhost", "EC"));
        HttpResponse<String> made = holder.make("http://localhost:1");
        if (made.statusCode() != 303) {
            throw new AssertionError("the key was not taken: " + made.statusCode() + " " + made.body());
        }
        return holder;
    }

    /** Makes a key on a page of this origin, after a link for it; answers what the service says. */
    public static HttpResponse<String> making(RunningApproval service, String workspace, String person, String origin) {
        return new Keyholder(service, workspace, SamplePasskey.of(person, "localhost", "EC")).make(origin);
    }

    /** What a device signs with its certificate's key, as the command sends it. */
    public static String byDevice(WorkloadIdentity device, SignedAnswer answer) {
        try {
            List<String> chain = new ArrayList<>();
            for (X509Certificate certificate : device.tls().chain()) {
                chain.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            ObjectNode json = StatementJson.tree(DeviceSignature.sign(
                    answer, device.tls().key(), device.tls().leaf().getPublicKey(), chain, null));
            json.remove("key");
            return json.toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> make(String origin) {
        WebVisitor visitor = new WebVisitor(service);
        visitor.signIn(service.policy.keyCode(workspace, passkey.key().principal()));
        String token = visitor.formToken("/console/keys");
        JsonNode options = JSON.readTree(visitor.post("/console/keys/options", Map.of("form_token", token))
                .body());
        String credentialJson = registration(options.path("challenge").asString(""), origin);
        return visitor.post(
                "/console/keys", Map.of("form_token", token, "credential", credentialJson, "name", "My phone"));
    }

    /** policy-service confirms the key. */
    public void confirm() {
        confirm(
                service,
                service.bean(PersonKeys.class)
                        .find(workspace, passkey.key().key())
                        .orElseThrow());
    }

    /** policy-service confirms every key of a person. */
    public static void confirmAll(RunningApproval service, String workspace, String person) {
        service.bean(PersonKeys.class).of(workspace, person).forEach(key -> confirm(service, key));
    }

    private static void confirm(RunningApproval service, PersonKey key) {
        SignedStatement enrolment = key.enrolment().signed();
        SignedStatement binding = SamplePasskey.binding(
                FleetSigners.shared(),
                "policy-service",
                key.key(),
                key.workspaceId(),
                StatementJson.toMillis(Instant.now()),
                enrolment);
        service.send(
                StatementType.AUDIT,
                key.key().key().hex(),
                new StatementRecord(binding, List.of(enrolment), List.of()).encode());
        Awaitility.await("the key counts")
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.bean(PersonKeys.class)
                        .find(key.workspaceId(), key.key().key())
                        .filter(found -> found.state() == PersonKey.State.LIVE)
                        .isPresent());
    }

    /** Somebody whose passkey was made nowhere yet. */
    public static Keyholder unmade(RunningApproval service, String workspace, String person) {
        return new Keyholder(service, workspace, SamplePasskey.of(person, "localhost", "EC"));
    }

    /** The passkey itself. */
    public SamplePasskey passkey() {
        return passkey;
    }

    /** The key's digest, as paths have it. */
    public String key() {
        return passkey.key().key().hex();
    }

    /** What the browser finds it by. */
    public String credential() {
        return base64(credential);
    }

    /** Their signature on a page of the service, as the API takes it. */
    public String signs(SignedAnswer answer) {
        return with(passkey.answers(answer.challenge(), "http://localhost:1", SamplePasskey.VERIFIED, ""));
    }

    /** The same of an assertion of any kind. */
    public String with(PasskeyAssertion assertion) {
        return with(assertion, credential());
    }

    /** The same under any credential id. */
    public static String with(PasskeyAssertion assertion, String credentialId) {
        AnswerSignature signature = assertion.asSignature(Digest.of(new byte[0]), null);
        return JSON.writeValueAsString(Map.of(
                "credential_id", credentialId,
                "authenticator_data", String.valueOf(signature.authenticatorData()),
                "client_data", String.valueOf(signature.clientData()),
                "value", signature.value()));
    }

    /** What a browser answers when it has made the key, without attestation (WebAuthn, section 6.5). */
    public String registration(String challenge, String origin) {
        String client = "{\"type\":\"webauthn.create\",\"challenge\":\"" + challenge + "\",\"origin\":\"" + origin
                + "\",\"crossOrigin\":false}";
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(Digest.of("localhost".getBytes(StandardCharsets.UTF_8)).bytes());
        data.write(0x45); // present, verified, with a key
        data.writeBytes(new byte[4 + 16]); // counter, AAGUID
        data.writeBytes(
                ByteBuffer.allocate(2).putShort((short) credential.length).array());
        data.writeBytes(credential);
        data.writeBytes(coseKey());
        byte[] about = data.toByteArray();
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write(0xa3);
        object.writeBytes(cborText("fmt"));
        object.writeBytes(cborText("none"));
        object.writeBytes(cborText("attStmt"));
        object.write(0xa0);
        object.writeBytes(cborText("authData"));
        object.write(0x59);
        object.writeBytes(ByteBuffer.allocate(2).putShort((short) about.length).array());
        object.writeBytes(about);
        return JSON.writeValueAsString(Map.of(
                "id", credential(),
                "rawId", credential(),
                "type", "public-key",
                "clientExtensionResults", Map.of(),
                "response",
                        Map.of(
                                "clientDataJSON", base64(client.getBytes(StandardCharsets.UTF_8)),
                                "attestationObject", base64(object.toByteArray()),
                                "transports", List.of("internal"))));
    }

    private byte[] coseKey() {
        try {
            ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(
                            Base64.getDecoder().decode(passkey.key().publicKey())));
            ByteArrayOutputStream cose = new ByteArrayOutputStream();
            cose.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20});
            cose.writeBytes(fixed(key.getW().getAffineX()));
            cose.writeBytes(new byte[] {0x22, 0x58, 0x20});
            cose.writeBytes(fixed(key.getW().getAffineY()));
            return cose.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int from = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, from, fixed, 32 - (bytes.length - from), bytes.length - from);
        return fixed;
    }

    private static byte[] cborText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] cbor = new byte[1 + bytes.length];
        cbor[0] = (byte) (0x60 + bytes.length);
        System.arraycopy(bytes, 0, cbor, 1, bytes.length);
        return cbor;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
