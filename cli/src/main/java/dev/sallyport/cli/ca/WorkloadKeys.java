package dev.sallyport.cli.ca;

import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * New keys of a workload that joins; they never leave this process but for its identity directory.
 *
 * @param signing null for a workload that signs no statements
 */
record WorkloadKeys(
        SpiffeId id,
        Set<String> dnsNames,
        KeyPair tls,
        @Nullable KeyPair signing) {
    static WorkloadKeys fresh(SpiffeId id, Set<String> dnsNames) {
        return new WorkloadKeys(
                id,
                Set.copyOf(dnsNames),
                KeyTypes.newTlsPair(),
                CertificateIssuer.signs(id) ? KeyTypes.newSigningPair() : null);
    }

    String tlsRequest() {
        return Pem.ofRequest(CertificateRequest.create(tls, id, dnsNames, Set.of()));
    }

    @Nullable
    String signingRequest() {
        return signing == null ? null : Pem.ofRequest(CertificateRequest.create(signing, id, Set.of(), Set.of()));
    }

    /**
     * The identity of these keys and the chains answered.
     *
     * @throws IdentityException when a chain is not of this fleet, for this id and for these keys
     */
    WorkloadIdentity certified(JsonNode answer, TrustRoots trust, Instant now) {
        return new WorkloadIdentity(
                id,
                credential(tls, answer, "tls_chain", trust.tlsRoots(), trust, now),
                signing == null ? null : credential(signing, answer, "signing_chain", trust.signingRoots(), trust, now),
                trust);
    }

    private Credential credential(
            KeyPair pair,
            JsonNode answer,
            String field,
            Collection<X509Certificate> roots,
            TrustRoots trust,
            Instant now) {
        List<X509Certificate> chain = Pem.certificates(Json.text(answer, field).getBytes(StandardCharsets.US_ASCII));
        SpiffeId certified = X509Svid.verify(chain, roots, trust.trustDomain(), now);
        if (!certified.equals(id)) {
            throw new IdentityException.Malformed("a certificate for " + certified + " was answered to " + id);
        }
        return new Credential(pair.getPrivate(), chain);
    }
}
