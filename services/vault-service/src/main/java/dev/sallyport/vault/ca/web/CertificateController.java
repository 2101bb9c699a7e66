package dev.sallyport.vault.ca.web;

import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.security.ShownChain;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.ca.IssuedCertificate;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Certificates of the fleet: their renewal by their holders, and what was issued. */
@RestController
class CertificateController {
    private final FleetCertificates certificates;

    CertificateController(FleetCertificates certificates) {
        this.certificates = certificates;
    }

    /**
     * A request.
     *
     * @param signingReplaces serial number of the signing certificate that is given up for the new one
     */
    record RenewRequest(
            @Nullable String tlsCsr,
            @Nullable String signingCsr,
            @Nullable String signingReplaces) {}

    record ChainsAnswer(@Nullable String tlsChain, @Nullable String signingChain) {}

    record CertificateAnswer(
            String serial, String spiffeId, String purpose, Instant notAfter, Instant issuedAt, String issuedBy) {
        static CertificateAnswer of(IssuedCertificate certificate) {
            return new CertificateAnswer(
                    certificate.serial(),
                    certificate.spiffeId(),
                    certificate.purpose(),
                    certificate.notAfter(),
                    certificate.issuedAt(),
                    certificate.issuedBy());
        }
    }

    /**
     * Issues new certificates for the identity whose certificate is shown.
     *
     * <p>They have the DNS names and addresses of that one.
     */
    @PostMapping("/internal/v1/certificates:renew")
    @AnyCertificate
    ChainsAnswer renew(Caller caller, HttpServletRequest http, @RequestBody RenewRequest request) {
        FleetCertificates.Chains chains = certificates.renew(
                id(caller),
                current(http),
                new FleetCertificates.Requests(request.tlsCsr(), request.signingCsr(), request.signingReplaces()));
        return new ChainsAnswer(chains.tls(), chains.signing());
    }

    /** Lists the valid certificates that were issued here, the newest first. */
    @GetMapping("/v1/certificates")
    @Requires(Permission.NODE_READ)
    Page<CertificateAnswer> list(PageRequest asked) {
        return certificates.valid(asked).map(CertificateAnswer::of);
    }

    private static SpiffeId id(Caller caller) {
        return switch (caller) {
            case Caller.Workload workload -> workload.id();
            case Caller.CertificateOf holder -> holder.id();
            case Caller.Bearer _ -> throw certificateNeeded();
            case Caller.Nobody _ -> throw certificateNeeded();
        };
    }

    private static VaultException certificateNeeded() {
        return new VaultException.Forbidden(
                VaultException.Code.CERTIFICATE_NEEDED,
                "Only the holder of a certificate can renew it. Connect with the certificate.");
    }

    private static X509Certificate current(HttpServletRequest http) {
        return ShownChain.of(http).stream().findFirst().orElseThrow(CertificateController::certificateNeeded);
    }
}
