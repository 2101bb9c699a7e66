package dev.sallyport.vault.ca.web;

import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.security.ShownChain;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.ca.FleetTrust;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The fleet's roots: the signed steps from those of the founding, and who follows them. */
@RestController
class TrustController {
    private final FleetTrust trust;

    TrustController(FleetTrust trust) {
        this.trust = trust;
    }

    /**
     * The answer.
     *
     * @param steps signed steps in base64, in their order
     */
    record StepsAnswer(List<String> steps) {}

    /**
     * A root.
     *
     * @param authority SHA-256 of its certificate, lower-case hexadecimal
     */
    record RootAnswer(String authority, String name, String purpose, Instant notAfter) {
        static RootAnswer of(X509Certificate root) {
            return new RootAnswer(
                    IssuedBy.name(root),
                    root.getSubjectX500Principal().getName(),
                    KeyTypes.isTls(root.getPublicKey()) ? "tls" : "signing",
                    root.getNotAfter().toInstant());
        }
    }

    record WaitingAnswer(String spiffeId, int step) {}

    /**
     * The answer.
     *
     * @param step how many steps lie between the founding and now
     * @param waiting the services, nodes and infrastructure that have not said that they pin these roots
     */
    record TrustAnswer(int step, List<RootAnswer> roots, List<WaitingAnswer> waiting) {}

    /** A request. */
    record StepRequest(@Nullable String step) {}

    /**
     * Serves the steps of trust after the one that the caller pins, and notes that it pins that one.
     *
     * @param after what the caller pins; 0 for the roots of the founding
     */
    @GetMapping("/internal/v1/trust-steps")
    @AnyCertificate
    StepsAnswer follow(Caller caller, HttpServletRequest http, @RequestParam("after") int after) {
        StepsAnswer answer = answer(after);
        SpiffeId id = id(caller);
        if (id != null) {
            ShownChain.of(http).stream().findFirst().ifPresent(shown -> trust.pins(id, shown, after));
        }
        return answer;
    }

    /**
     * Serves the same to everybody.
     *
     * @param after what the caller pins; 0 for the roots of the founding
     */
    @GetMapping("/v1/trust-steps")
    @OpenEndpoint(
            "Whoever pins retired roots cannot check this service's certificate; a step is checked by its signature")
    StepsAnswer steps(@RequestParam("after") int after) {
        return answer(after);
    }

    /** Says which roots the fleet trusts, and who does not know yet. */
    @GetMapping("/v1/trust")
    @Requires(Permission.NODE_READ)
    @OwnerDevice
    TrustAnswer trust() {
        TrustRoots roots = trust.roots();
        return new TrustAnswer(
                roots.step(),
                Stream.concat(roots.tlsRoots().stream(), roots.signingRoots().stream())
                        .map(RootAnswer::of)
                        .toList(),
                trust.waiting().stream()
                        .map(one -> new WaitingAnswer(one.spiffeId(), one.step()))
                        .toList());
    }

    /**
     * Takes a step of trust that was made where this service's folder of authorities is not.
     *
     * <p>Only an owner's device may do this; the step counts by the signature of a root.
     */
    @PostMapping("/v1/trust-steps")
    @OwnerDevice
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void take(Caller caller, @RequestBody StepRequest request) {
        try {
            trust.take(Base64.getDecoder().decode(request.step() == null ? "" : request.step()), caller.actor());
        } catch (IllegalArgumentException _) {
            throw new VaultException.Invalid("step", "`step` must be base64.");
        }
    }

    private StepsAnswer answer(int after) {
        if (after < 0) {
            throw new VaultException.Invalid("after", "`after` must be the number of a step, 0 or more.");
        }
        return new StepsAnswer(trust.after(after).stream()
                .map(Base64.getEncoder()::encodeToString)
                .toList());
    }

    private static @Nullable SpiffeId id(Caller caller) {
        return switch (caller) {
            case Caller.Workload workload -> workload.id();
            case Caller.CertificateOf holder -> holder.id();
            case Caller.Bearer _ -> null;
            case Caller.Nobody _ -> null;
        };
    }
}
