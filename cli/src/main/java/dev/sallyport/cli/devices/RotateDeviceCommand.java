package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.FollowedTrust;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code sallyport devices rotate}: a new key for the device, then the end of every other certificate that it has. In
 * this order: a run that was cut short at any point leaves a certificate that counts, and can be repeated.
 */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = "Give this device a new key and revoke its older certificates. Repeat it if it was cut short.",
        footer = {"  sallyport devices rotate ~/.config/sallyport/identity"})
final class RotateDeviceCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "The device's identity directory.")
    private Path directory = Path.of("");

    @Override
    protected ExitCode run() {
        try {
            Instant now = root().surroundings().clock().instant();
            IdentityDirectory.write(directory.toAbsolutePath(), renewed(IdentityDirectory.load(directory, now), now));
            JsonNode retired = ask("POST", "/internal/v1/devices:retire-others", null);
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("identity", directory.toString())
                            .put("revoked", retired.path("revoked").asInt(0)));
            return ExitCode.OK;
        } catch (IdentityException e) {
            throw new CommandFailure.Usage(e.getMessage() + " [" + e.code() + "]", e);
        }
    }

    private WorkloadIdentity renewed(WorkloadIdentity old, Instant now) {
        SpiffeId id = old.id();
        TrustRoots trust = trust(old, now);
        KeyPair pair = KeyTypes.newTlsPair();
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("tls_csr", Pem.ofRequest(CertificateRequest.create(pair, id, Set.of(), Set.of())));
        JsonNode answer = ask("POST", "/internal/v1/certificates:renew", body);
        List<X509Certificate> chain =
                Pem.certificates(Json.text(answer, "tls_chain").getBytes(StandardCharsets.US_ASCII));
        SpiffeId certified = X509Svid.verify(chain, trust.tlsRoots(), trust.trustDomain(), now);
        if (!certified.equals(id)) {
            throw new IdentityException.Malformed("a certificate for " + certified + " was answered to " + id);
        }
        return new WorkloadIdentity(id, new Credential(pair.getPrivate(), chain), null, trust);
    }

    /** Nobody else tells a device of new roots, and the new certificate may be below them. */
    private TrustRoots trust(WorkloadIdentity old, Instant now) {
        try (FleetClient client = root().clientOf(directory)) {
            return FollowedTrust.of(client, "/internal/v1/trust-steps", old.trust(), now);
        }
    }

    /** Each question on a connection of its own, which shows the certificate that is in force then. */
    private JsonNode ask(String method, String path, @Nullable ObjectNode body) {
        try (FleetClient client = root().clientOf(directory)) {
            return client.send(Service.VAULT, method, path, body);
        }
    }
}
