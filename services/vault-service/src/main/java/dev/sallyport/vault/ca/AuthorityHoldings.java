package dev.sallyport.vault.ca;

import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.ca.IssuedFolder;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * The fleet's issuing authorities, and who still stands on which: the certificates that are valid, not revoked, and not
 * given up by a holder who has been seen with a newer one.
 */
@Service
public class AuthorityHoldings {
    private static final int NAMED = 5;

    private final IssuingAuthorities authorities;
    private final IssuedCertificateTable table;
    private final CertificateLocks locks;
    private final IssuedFolder atTheMachine;
    private final Clock clock;

    AuthorityHoldings(
            IssuingAuthorities authorities,
            IssuedCertificateTable table,
            CertificateLocks locks,
            IssuingProperties properties,
            Clock clock) {
        this.authorities = authorities;
        this.table = table;
        this.locks = locks;
        this.atTheMachine = new IssuedFolder(properties.issuingDir());
        this.clock = clock;
    }

    /** What has become of an authority. */
    public enum State {
        /** It issues now. */
        ISSUING,
        /** It issues no more; what it issued counts. */
        RETIRED,
        /** Nothing that it issued counts. */
        REVOKED
    }

    /**
     * An issuing authority.
     *
     * @param name the SHA-256 of its certificate, lower-case hexadecimal
     * @param certificate its certificate
     * @param state what has become of it
     * @param holders SPIFFE ids with the number of certificates of it that they use; none of a revoked one
     */
    public record Authority(String name, X509Certificate certificate, State state, Map<String, Integer> holders) {
        /** Whether it is for TLS, and not for statements. */
        public boolean isForTls() {
            return KeyTypes.isTls(certificate.getPublicKey());
        }
    }

    /** All that have not expired: those that issue now, then the others. */
    public List<Authority> list() {
        Instant now = clock.instant();
        List<X509Certificate> present = authorities.present();
        List<X509Certificate> revoked = locks.revokedAuthorities();
        List<X509Certificate> all = Stream.of(present, authorities.retired(), revoked)
                .flatMap(List::stream)
                .distinct()
                .filter(authority -> authority.getNotAfter().toInstant().isAfter(now))
                .toList();
        List<Held> held = held(now, all);
        List<Authority> listed = new ArrayList<>();
        for (X509Certificate authority : all) {
            State state = revoked.contains(authority)
                    ? State.REVOKED
                    : present.contains(authority) ? State.ISSUING : State.RETIRED;
            String name = IssuedBy.name(authority);
            Map<String, Integer> holders = new TreeMap<>();
            if (state != State.REVOKED) {
                held.stream()
                        .filter(one -> one.isOf(name, state, KeyTypes.isTls(authority.getPublicKey())))
                        .forEach(one -> holders.merge(one.spiffeId(), 1, Integer::sum));
            }
            listed.add(new Authority(name, authority, state, holders));
        }
        return List.copyOf(listed);
    }

    /**
     * An authority by its name.
     *
     * @throws VaultException.AuthorityRefused when there is none
     */
    public Authority named(String name) {
        return list().stream()
                .filter(authority -> authority.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new VaultException.AuthorityRefused(
                        VaultException.Code.AUTHORITY_UNKNOWN,
                        "No issuing authority of the fleet has this name. `sallyport ca authorities` shows them all."));
    }

    /**
     * Checks that an authority may be revoked.
     *
     * @param evenIfUsed whether parts of the fleet are to be cut off
     * @throws VaultException.AuthorityRefused when it issues now, or parts of the fleet still use certificates of it
     */
    public void verifyRevocable(String name, boolean evenIfUsed) {
        Authority authority = named(name);
        if (authority.state() == State.ISSUING) {
            throw new VaultException.AuthorityRefused(
                    VaultException.Code.AUTHORITY_ISSUES,
                    "This authority issues certificates now. Put another one in its place with `sallyport ca rotate`,"
                            + " wait until nobody uses its certificates, and revoke it then.");
        }
        List<String> fleet = authority.holders().keySet().stream()
                .filter(AuthorityHoldings::isPartOfTheFleet)
                .toList();
        if (!evenIfUsed && !fleet.isEmpty()) {
            String more = fleet.size() > NAMED ? " and " + (fleet.size() - NAMED) + " more" : "";
            throw new VaultException.AuthorityRefused(
                    VaultException.Code.AUTHORITY_IN_USE,
                    "Certificates of this authority are still used by "
                            + String.join(", ", fleet.subList(0, Math.min(NAMED, fleet.size()))) + more
                            + ". They renew by themselves within a minute after `sallyport ca rotate`; what is not"
                            + " a service renews with `sallyport ca renew`. To cut them off, say so with `now`.");
        }
    }

    private static boolean isPartOfTheFleet(String spiffeId) {
        return SpiffeId.tryParse(spiffeId)
                .map(id -> switch (id.kind()) {
                    case SERVICE, EXECUTOR, INFRA -> true;
                    case DEVICE, AGENT -> false;
                })
                .orElse(true);
    }

    /**
     * A TLS certificate that a service, a node or the infrastructure uses.
     *
     * @param serial serial number, lower-case hexadecimal
     * @param issuedAtTheMachine the certificate itself where it was issued there; null where it was issued here
     */
    public record InUse(
            String spiffeId, String serial, @Nullable X509Certificate issuedAtTheMachine) {}

    /** The TLS certificates that services, nodes and the infrastructure use now. */
    public List<InUse> tlsInUse() {
        return held(clock.instant(), List.of()).stream()
                .filter(one -> one.tls() && isPartOfTheFleet(one.spiffeId()))
                .map(one -> new InUse(one.spiffeId(), one.serial(), one.atTheMachine()))
                .toList();
    }

    /**
     * A certificate in use.
     *
     * @param atTheMachine itself where it was issued there
     * @param authority the name of its authority; null where that was not written down, so that it may be any that
     *     issues no more
     */
    private record Held(
            String spiffeId,
            String serial,
            boolean tls,
            @Nullable X509Certificate atTheMachine,
            @Nullable String authority) {
        boolean isOf(String name, State state, boolean forTls) {
            return authority == null ? state == State.RETIRED && tls == forTls : authority.equals(name);
        }
    }

    private List<Held> held(Instant now, List<X509Certificate> all) {
        Set<String> revoked = locks.revokedSerials();
        Set<String> revokedIds = locks.revokedIds();
        List<Held> held = new ArrayList<>();
        for (IssuedCertificateTable.InUse row : table.inUse(now)) {
            if (!revoked.contains(row.serial()) && !revokedIds.contains(row.spiffeId())) {
                held.add(new Held(
                        row.spiffeId(),
                        row.serial(),
                        row.purpose().equals(IssuedCertificate.Purpose.TLS.wire()),
                        null,
                        row.authority()));
            }
        }
        Set<IssuedCertificateTable.GivenUp> givenUp = table.givenUp(now);
        for (X509Certificate certificate : atTheMachine.inUse(now)) {
            String id = X509Svid.idOf(certificate).toString();
            String serial = certificate.getSerialNumber().toString(16);
            if (!givenUp.contains(new IssuedCertificateTable.GivenUp(id, serial))
                    && !revoked.contains(serial)
                    && !revokedIds.contains(id)) {
                Optional<X509Certificate> issuer = all.stream()
                        .filter(authority -> IssuedBy.isSigned(certificate, authority))
                        .findFirst();
                held.add(new Held(
                        id,
                        serial,
                        KeyTypes.isTls(certificate.getPublicKey()),
                        certificate,
                        issuer.map(IssuedBy::name).orElse(null)));
            }
        }
        return held;
    }
}
