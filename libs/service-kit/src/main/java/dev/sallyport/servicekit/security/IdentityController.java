package dev.sallyport.servicekit.security;

import dev.sallyport.identity.Credential;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.identity.IdentityRenewal;
import dev.sallyport.servicekit.problem.ProblemException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientException;

/** Renews the workload's keys and certificates before their time: a rotation on request. */
@RestController
final class IdentityController {
    private final IdentityRenewal renewal;
    private final IdentityInForce identity;

    IdentityController(IdentityRenewal renewal, IdentityInForce identity) {
        this.renewal = renewal;
        this.identity = identity;
    }

    record Renewed(Certificate tls, @Nullable Certificate signing) {}

    record Certificate(String serial, Instant notAfter) {
        static Certificate of(Credential credential) {
            X509Certificate leaf = credential.leaf();
            return new Certificate(
                    leaf.getSerialNumber().toString(16), leaf.getNotAfter().toInstant());
        }
    }

    /** Renews the service's own keys and certificates before their time. */
    @PostMapping("/internal/v1/identity:renew")
    @Requires(Permission.TRUST_OPERATE)
    @OwnerDevice
    Renewed renew() {
        try {
            renewal.renewNow();
        } catch (RestClientException e) {
            throw ProblemException.unavailable(
                    "CERTIFICATES_UNAVAILABLE", "vault-service issues no certificates now. Try again later.", e);
        }
        Credential signing = identity.identity().signingOrNull();
        return new Renewed(Certificate.of(identity.identity().tls()), signing == null ? null : Certificate.of(signing));
    }
}
