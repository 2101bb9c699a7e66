package dev.sallyport.vault.join.web;

import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.device.Admission;
import dev.sallyport.vault.join.JoinTokens;
import dev.sallyport.vault.join.ServiceAccounts;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** How workloads get their first certificates. */
@RestController
class JoinController {
    private final JoinTokens tokens;
    private final ServiceAccounts accounts;
    private final Admission admission;
    private final String trustDomain;

    JoinController(JoinTokens tokens, ServiceAccounts accounts, Admission admission, IdentityInForce identity) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.admission = admission;
        this.trustDomain = identity.trust().trustDomain();
    }

    /**
     * @param spiffePath for example {@code /executor/default/node-2}
     */
    record TokenRequest(
            @Nullable String spiffePath,
            @Nullable List<String> dnsNames,
            @Nullable List<String> addresses) {}

    record TokenAnswer(String joinToken, Instant expiresAt) {}

    /**
     * A request with exactly one of the two tokens.
     *
     * @param serviceAccountToken of a pod of the cluster
     */
    record JoinRequest(
            @Nullable String joinToken,
            @Nullable String serviceAccountToken,
            @Nullable String tlsCsr,
            @Nullable String signingCsr) {}

    record JoinAnswer(@Nullable String tlsChain, @Nullable String signingChain) {}

    /**
     * Issues a one-time join token for a node or another workload.
     *
     * <p>It counts once, for 15 minutes. Only an owner's device makes one for a device, an agent or a node whose name is taken.
     */
    @PostMapping("/v1/join-tokens")
    @Requires(Permission.NODE_MANAGE)
    @OwnerDevice
    @ResponseStatus(HttpStatus.CREATED)
    TokenAnswer issue(Caller caller, @RequestBody TokenRequest request) {
        TlsNames granted = granted(request);
        verifyMayAdmit(caller, granted);
        admission.verify(caller, granted.id());
        JoinTokens.Issued issued = tokens.issue(granted, admission.isOwnersDevice(caller), caller.actor());
        return new TokenAnswer(issued.token(), issued.expiresAt());
    }

    record GivenAnswer(
            String label,
            String spiffeId,
            boolean readmits,
            String state,
            Instant createdAt,
            String createdBy,
            Instant expiresAt) {
        static GivenAnswer of(JoinTokens.Given token) {
            return new GivenAnswer(
                    token.label(),
                    token.spiffeId(),
                    token.readmits(),
                    token.state(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expiresAt());
        }
    }

    /** Lists the join tokens that were given out, the newest first, without the tokens themselves. */
    @GetMapping("/v1/join-tokens")
    @Requires(Permission.NODE_READ)
    @OwnerDevice
    Page<GivenAnswer> list(PageRequest asked) {
        return tokens.list(asked).map(GivenAnswer::of);
    }

    /**
     * Issues the first certificates of a workload that shows a join token.
     *
     * <p>A refused request does not use the token up. The first one that is granted ends all others of the same name.
     */
    @PostMapping("/v1/certificates:join")
    @OpenEndpoint("A workload without a certificate shows its join token or its service account's token here")
    @ResponseStatus(HttpStatus.CREATED)
    JoinAnswer join(HttpServletRequest http, @RequestBody JoinRequest request) {
        String token = request.joinToken();
        String accountToken = request.serviceAccountToken();
        var requests = new FleetCertificates.Requests(request.tlsCsr(), request.signingCsr());
        FleetCertificates.Chains chains;
        if (token != null && accountToken == null) {
            chains = tokens.join(token, requests, http.getRemoteAddr());
        } else if (accountToken != null && token == null) {
            chains = accounts.join(accountToken, requests, http.getRemoteAddr());
        } else {
            throw new VaultException.Invalid("join_token", "Send either `join_token` or `service_account_token`.");
        }
        return new JoinAnswer(chains.tls(), chains.signing());
    }

    /** Administrators admit nodes. Somebody who could admit a device could take on any person's identity. */
    private static void verifyMayAdmit(Caller caller, TlsNames granted) {
        boolean owner = switch (caller) {
            case Caller.CertificateOf holder -> holder.principal() == null || mayOperate(holder.principal());
            case Caller.Bearer bearer -> mayOperate(bearer.principal());
            case Caller.Workload _ -> false;
            case Caller.Nobody _ -> false;
        };
        boolean plainNode = granted.id().kind() == SpiffeId.Kind.EXECUTOR
                && granted.dnsNames().isEmpty()
                && granted.addresses().isEmpty();
        if (!plainNode && !owner) {
            throw new VaultException.Forbidden(
                    VaultException.Code.PERMISSION_MISSING,
                    "A join token for anything but an executor node without names of its own needs the permission "
                            + Permission.TRUST_OPERATE.code() + ".");
        }
    }

    private static boolean mayOperate(@Nullable Principal principal) {
        return principal != null && principal.may(Permission.TRUST_OPERATE);
    }

    private TlsNames granted(TokenRequest request) {
        String path = request.spiffePath();
        SpiffeId id = SpiffeId.tryParse("spiffe://" + trustDomain + (path == null ? "" : path))
                .orElseThrow(() -> new VaultException.Invalid(
                        "spiffe_path", "`spiffe_path` must be a path such as /executor/default/node-2."));
        try {
            Set<InetAddress> addresses = new HashSet<>();
            for (String address : request.addresses() == null ? List.<String>of() : request.addresses()) {
                addresses.add(InetAddress.ofLiteral(address));
            }
            Set<String> dnsNames = request.dnsNames() == null ? Set.of() : new HashSet<>(request.dnsNames());
            return new TlsNames(id, dnsNames, addresses);
        } catch (IllegalArgumentException _) {
            throw new VaultException.Invalid("dns_names", "A DNS name or address is malformed.");
        }
    }
}
