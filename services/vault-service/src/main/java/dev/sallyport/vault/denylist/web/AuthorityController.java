package dev.sallyport.vault.denylist.web;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.ca.AuthorityHoldings;
import dev.sallyport.vault.denylist.Revocations;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The issuing authorities: who stands on which, and the end of trust in one. */
@RestController
class AuthorityController {
    private final AuthorityHoldings holdings;
    private final Revocations revocations;

    AuthorityController(AuthorityHoldings holdings, Revocations revocations) {
        this.holdings = holdings;
        this.revocations = revocations;
    }

    record HolderAnswer(String spiffeId, int certificates) {}

    record AuthorityAnswer(
            String authority,
            String purpose,
            String state,
            Instant notBefore,
            Instant notAfter,
            int certificates,
            List<HolderAnswer> holders) {
        private static final int MOST_HOLDERS = 200;

        static AuthorityAnswer of(AuthorityHoldings.Authority authority) {
            Map<String, Integer> holders = authority.holders();
            return new AuthorityAnswer(
                    authority.name(),
                    authority.isForTls() ? "tls" : "signing",
                    authority.state().name().toLowerCase(Locale.ROOT),
                    authority.certificate().getNotBefore().toInstant(),
                    authority.certificate().getNotAfter().toInstant(),
                    holders.values().stream().mapToInt(Integer::intValue).sum(),
                    holders.entrySet().stream()
                            .sorted(Comparator.comparing(holder -> isHeldByPeople(holder.getKey())))
                            .limit(MOST_HOLDERS)
                            .map(holder -> new HolderAnswer(holder.getKey(), holder.getValue()))
                            .toList());
        }

        /** Named last: a fleet has more of them than of services and nodes, which would be cut off unseen. */
        private static boolean isHeldByPeople(String spiffeId) {
            return SpiffeId.tryParse(spiffeId)
                    .filter(id -> id.kind() == SpiffeId.Kind.DEVICE || id.kind() == SpiffeId.Kind.AGENT)
                    .isPresent();
        }
    }

    /**
     * A request.
     *
     * @param authority SHA-256 of its certificate, lower-case hexadecimal
     * @param now whether services that still use its certificates are to be cut off
     */
    record RevokeAuthorityRequest(
            @Nullable String authority,
            @Nullable String reason,
            @Nullable Boolean now,
            @Nullable Long fromIndex) {}

    /**
     * Lists the issuing authorities, each with the certificates of it that are in use, and whose.
     *
     * <p>At most 200 holders of each are named, devices and agents last; {@code certificates} counts them all.
     */
    @GetMapping("/v1/authorities")
    @Requires(Permission.NODE_READ)
    @OwnerDevice
    Page<AuthorityAnswer> list() {
        return Page.whole(holdings.list().stream().map(AuthorityAnswer::of).toList());
    }

    /**
     * Ends trust in an issuing authority that issues no more, and in every certificate that its key signs.
     *
     * <p>Only an owner's device may do this. What was a leaf of the ledger below {@code from_index} stays good; without it,
     * what is one now. While services, nodes or the infrastructure use certificates of it, it is refused unless {@code now}
     * is true.
     */
    @PostMapping("/v1/authorities:revoke")
    @OwnerDevice
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Caller caller, @RequestBody RevokeAuthorityRequest request) {
        String name = request.authority();
        if (name == null) {
            throw new VaultException.Invalid(
                    "authority", "`authority` must be the SHA-256 of an issuing authority's certificate.");
        }
        boolean now = Boolean.TRUE.equals(request.now());
        holdings.verifyRevocable(name, now);
        revocations.revokeAuthority(
                holdings.named(name).certificate(),
                request.reason() == null ? "" : request.reason(),
                request.fromIndex(),
                caller.actor(),
                () -> holdings.verifyRevocable(name, now));
    }
}
