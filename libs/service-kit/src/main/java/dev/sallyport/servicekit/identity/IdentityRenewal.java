package dev.sallyport.servicekit.identity;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows the fleet's steps of trust. Renews the workload's certificates when half of their life is over, or when other
 * authorities issue now, since the earlier ones may be revoked soon. Each renewal makes a new key, which never leaves this
 * process but for its own file.
 */
public final class IdentityRenewal {
    private final Path dir;
    private final IdentityInForce inForce;
    private final CertificateSource source;
    private final TrustSource trust;
    private final PresentIssuers issuers;
    private final Clock clock;

    IdentityRenewal(
            Path dir,
            IdentityInForce inForce,
            CertificateSource source,
            TrustSource trust,
            PresentIssuers issuers,
            Clock clock) {
        this.dir = dir;
        this.inForce = inForce;
        this.source = source;
        this.trust = trust;
        this.issuers = issuers;
        this.clock = clock;
    }

    /**
     * One look at the clock.
     *
     * @throws IdentityException when what came cannot be used; nothing is written then
     */
    void renewWhatIsDue() {
        renew(this::isDue);
    }

    /**
     * Renews everything, whatever its age, for when a key may have been seen by others.
     *
     * @throws IdentityException when what came cannot be used; nothing is written then
     */
    public void renewNow() {
        renew(any -> true);
    }

    /**
     * Pins the roots of the steps that follow the known one, each signed by a root of the one before.
     *
     * @throws TrustStepRefusedException when a step is not to be taken; the known roots stay
     * @throws IdentityException when the own certificates would not count any more; they are renewed first
     */
    synchronized void followTrust() throws TrustStepRefusedException {
        TrustRoots known = inForce.trust();
        List<byte[]> steps = trust.after(known.step());
        if (steps.isEmpty()) {
            return;
        }
        TrustRoots next = TrustStep.follow(known, steps, clock.instant());
        if (!standsOn(next, inForce.identity())) {
            // A root has been retired that this workload still stands on. With the step on disk, it would not start
            // again.
            renew(any -> true);
        }
        WorkloadIdentity now = inForce.identity();
        if (!standsOn(next, now)) {
            throw new IdentityException.FleetState(
                    "the certificates of " + now.id() + " are of a root that has been retired");
        }
        IdentityDirectory.write(dir, new WorkloadIdentity(now.id(), now.tls(), now.signingOrNull(), next));
        inForce.refresh();
    }

    private boolean standsOn(TrustRoots roots, WorkloadIdentity now) {
        Credential signing = now.signingOrNull();
        try {
            X509Svid.verify(now.tls().chain(), roots.tlsRoots(), roots.trustDomain(), clock.instant());
            if (signing != null) {
                X509Svid.verify(signing.chain(), roots.signingRoots(), roots.trustDomain(), clock.instant());
            }
            return true;
        } catch (IdentityException.CertificateRefused e) {
            return false;
        }
    }

    private synchronized void renew(Predicate<Credential> due) {
        // Somebody else may have written there: with what is in memory, older roots would be put back.
        inForce.refresh();
        WorkloadIdentity now = inForce.identity();
        Credential signing = now.signingOrNull();
        KeyPair nextSigning = signing != null && due.test(signing) ? KeyTypes.newSigningPair() : null;
        // Never a signing certificate alone: by the TLS certificate that comes with it, vault-service sees both in use.
        KeyPair nextTls = nextSigning != null || due.test(now.tls()) ? KeyTypes.newTlsPair() : null;
        if (nextTls == null) {
            return;
        }
        TlsNames names = TlsNames.of(now.id(), now.tls().leaf());
        CertificateSource.Chains chains = source.renew(
                request(nextTls, now.id(), names),
                request(nextSigning, now.id(), TlsNames.of(now.id())),
                nextSigning == null || signing == null
                        ? null
                        : signing.leaf().getSerialNumber().toString(16));
        WorkloadIdentity next = new WorkloadIdentity(
                now.id(),
                credential(nextTls, chains.tlsChain(), now, now.trust().tlsRoots()),
                nextSigning == null
                        ? signing
                        : credential(
                                nextSigning,
                                chains.signingChain(),
                                now,
                                now.trust().signingRoots()),
                now.trust());
        IdentityDirectory.write(dir, next);
        inForce.refresh();
    }

    private boolean isDue(Credential credential) {
        return isHalfOver(credential) || isOfAnEarlierAuthority(credential);
    }

    private boolean isOfAnEarlierAuthority(Credential credential) {
        return credential.chain().size() > 1
                && issuers.issues(credential.chain().get(1))
                        .map(issues -> !issues)
                        .orElse(false);
    }

    private boolean isHalfOver(Credential credential) {
        Instant from = credential.leaf().getNotBefore().toInstant();
        Duration life = Duration.between(from, credential.leaf().getNotAfter().toInstant());
        return !clock.instant().isBefore(from.plus(life.dividedBy(2)));
    }

    private static @Nullable String request(@Nullable KeyPair pair, SpiffeId id, TlsNames names) {
        return pair == null
                ? null
                : Pem.ofRequest(CertificateRequest.create(
                        pair, id, Set.copyOf(names.dnsNames()), Set.copyOf(names.addresses())));
    }

    private Credential credential(
            KeyPair pair, @Nullable String pem, WorkloadIdentity now, Collection<X509Certificate> roots) {
        List<X509Certificate> chain =
                Pem.certificates(Objects.requireNonNull(pem, "a certificate was asked for and not given")
                        .getBytes(StandardCharsets.US_ASCII));
        SpiffeId id = X509Svid.verify(chain, roots, now.trust().trustDomain(), clock.instant());
        if (!id.equals(now.id())) {
            throw new IdentityException.Malformed("a certificate for " + id + " was given to " + now.id());
        }
        return new Credential(pair.getPrivate(), chain);
    }
}
