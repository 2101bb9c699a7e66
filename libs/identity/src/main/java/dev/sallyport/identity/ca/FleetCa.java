package dev.sallyport.identity.ca;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's authorities in their directory: {@code sallyport ca init | renew | status}. Needs nothing that runs.
 *
 * <p>See {@link FleetLayout} for what lies where.
 */
public final class FleetCa {
    private final FleetLayout layout;
    private volatile TrustRoots trust;
    private final Clock clock;

    private FleetCa(FleetLayout layout, TrustRoots trust, Clock clock) {
        this.layout = layout;
        this.trust = trust;
        this.clock = clock;
    }

    /**
     * Makes the fleet's authorities and the first certificates, once. Called again, it changes nothing about the fleet
     * and issues only what the plan has and the directory has not. A run that was interrupted is finished or started
     * again.
     *
     * @throws FleetState when the directory is neither empty, nor complete, nor what an interrupted run leaves
     * @throws IdentityException when a file is unsafe or the disk refuses
     */
    public static FleetCa init(Path directory, FleetPlan plan, Clock clock) {
        FleetLayout layout = new FleetLayout(directory);
        try {
            FleetFounding founding = new FleetFounding(layout, clock);
            founding.run();
            FleetCa fleet = open(directory, clock);
            fleet.issueMissing(plan);
            return fleet;
        } catch (IOException e) {
            throw new FileFailed("cannot make the fleet's authorities in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** {@link #init(Path, FleetPlan, Clock)} for the fleet on one machine. */
    public static FleetCa init(Path directory) {
        return init(directory, FleetPlan.oneMachine(), Clock.systemUTC());
    }

    /**
     * The fleet made earlier in this directory.
     *
     * @throws FleetState when there is none
     */
    public static FleetCa open(Path directory, Clock clock) {
        FleetLayout layout = new FleetLayout(directory);
        if (!Files.exists(layout.trust(), LinkOption.NOFOLLOW_LINKS)) {
            throw new FleetState("there is no fleet in " + directory + ". Make one with: sallyport ca init");
        }
        try {
            TrustRoots trust = TrustRoots.parse(OwnerOnly.readPublic(layout.trust(), Pem.LARGEST));
            return new FleetCa(layout, new RootRotation(layout).finish(trust, clock.instant()), clock);
        } catch (IllegalArgumentException e) {
            throw new FleetState(layout.trust() + ": " + e.getMessage());
        }
    }

    /**
     * Re-issues every certificate on this machine that has expired or passed half its life, or that the present issuing
     * authorities have not issued, with new keys; and whatever does not pin the present roots.
     */
    public List<FleetStatus.Certificate> renew() {
        Instant now = clock.instant();
        List<FleetStatus.Certificate> renewed = new ArrayList<>();
        @Nullable CertificateIssuer issuer = null;
        for (Path directory : directories()) {
            SpiffeId id = owner(directory);
            X509Certificate tls = IdentityDirectory.tlsLeaf(directory);
            X509Certificate signing = IdentityDirectory.signingLeaf(directory);
            boolean due = !trust.equals(IdentityDirectory.trust(directory))
                    || isDue(tls, Authorities.TLS_CERTIFICATE, now)
                    || (signing != null && isDue(signing, Authorities.SIGNING_CERTIFICATE, now));
            if (due) {
                issuer = issuer == null ? issuer() : issuer;
                renewed.addAll(issue(issuer, TlsNames.of(id, tls), directory));
                IssuedFolder known = new IssuedFolder(layout.issuing());
                known.giveUp(tls);
                if (signing != null) {
                    known.giveUp(signing);
                }
            }
        }
        new IssuedFolder(layout.issuing()).prune(now);
        return List.copyOf(renewed);
    }

    private boolean isDue(X509Certificate certificate, String authority, Instant now) {
        X509Certificate present = Pem.certificates(
                        OwnerOnly.readPublic(layout.issuing().resolve(authority), Pem.LARGEST))
                .getFirst();
        return FleetStatus.State.of(certificate, now) != FleetStatus.State.VALID
                || !IssuedBy.isSigned(certificate, present);
    }

    /** {@link #renew()} of the fleet in this directory, now. */
    public static List<FleetStatus.Certificate> renew(Path directory) {
        return open(directory, Clock.systemUTC()).renew();
    }

    /** Every authority and certificate with its age. Opens no seal. */
    public FleetStatus status() {
        Instant now = clock.instant();
        List<FleetStatus.Authority> authorities = new ArrayList<>();
        for (Path folder : List.of(layout.root(), layout.issuing())) {
            for (String name : List.of(Authorities.TLS_CERTIFICATE, Authorities.SIGNING_CERTIFICATE)) {
                Path file = folder.resolve(name);
                if (Files.exists(file)) {
                    authorities.add(authority(file, now));
                }
            }
        }
        for (X509Certificate root : Stream.concat(trust.tlsRoots().stream(), trust.signingRoots().stream())
                .toList()) {
            FleetStatus.Authority trusted = authority(root, layout.trust(), now);
            if (authorities.stream().noneMatch(known -> known.name().equals(trusted.name()))) {
                authorities.add(trusted);
            }
        }
        List<FleetStatus.Certificate> certificates = new ArrayList<>();
        for (Path directory : directories()) {
            certificates.addAll(certificates(owner(directory), directory, now));
        }
        return new FleetStatus(trust.fleetId(), trust.trustDomain(), authorities, certificates);
    }

    /** Issues the first certificates of every workload of the plan that has no identity here yet. */
    public List<FleetStatus.Certificate> issueMissing(FleetPlan plan) {
        List<FleetStatus.Certificate> issued = new ArrayList<>();
        @Nullable CertificateIssuer issuer = null;
        for (FleetPlan.Workload workload : plan.workloads()) {
            TlsNames names = workload.tlsNames(trust.trustDomain());
            Path directory = layout.identity(names.id(), workload.replica());
            if (Files.exists(directory.resolve(IdentityDirectory.CURRENT), LinkOption.NOFOLLOW_LINKS)) {
                verifyOwner(directory, names.id());
            } else {
                issuer = issuer == null ? issuer() : issuer;
                issued.addAll(issue(issuer, names, directory));
            }
            shareLogKey(directory);
        }
        return List.copyOf(issued);
    }

    /** Which authorities' keys. */
    public enum Keys {
        /** Those of the roots. */
        ROOT,
        /** Those of the issuing authorities, which vault-service opens as well. */
        ISSUING
    }

    /**
     * Seals authorities' keys by another protector, in the form of
     * {@link dev.sallyport.identity.protect.KeyProtectors}.
     *
     * @throws IdentityException when either protector does not work here and now; the one before counts then
     */
    public void protect(Keys keys, String setting) {
        switch (keys) {
            case ROOT -> Authorities.protect(layout.root(), layout.rootProtector(), "root", trust.fleetId(), setting);
            case ISSUING ->
                Authorities.protect(layout.issuing(), layout.issuingProtector(), "issuing", trust.fleetId(), setting);
        }
    }

    /**
     * Puts new issuing authorities in force, signed by the roots, which must be here. What the present ones have issued
     * stays valid until its end. vault-service uses the new ones within a minute.
     *
     * @throws IdentityException when the roots are not here or do not open, or the disk refuses; a run that was cut short
     *     is finished, or has left the present ones
     */
    public void rotateIssuing() {
        Instant now = clock.instant();
        Authorities roots = roots(now);
        new IssuingRotation(layout.issuing())
                .rotate(
                        Authorities.newIssuing(roots, trust.fleetId(), trust.trustDomain(), now),
                        layout.issuingProtector(),
                        trust.fleetId());
    }

    /**
     * Makes new roots and has them trusted beside the present ones, which sign the step. The present issuing authorities
     * go on; {@link #rotateIssuing} makes new ones below the new roots once everybody trusts these.
     *
     * @throws FleetState when a rotation is under way already, or the roots are not here
     */
    public void rotateRoots() {
        if (trust.signingCas().size() > 1) {
            throw new FleetState("a rotation of the roots is under way. End it with: sallyport ca retire");
        }
        Instant now = clock.instant();
        Authorities before = roots(now);
        int next = trust.step() + 1;
        Authorities fresh = Authorities.newRoots(trust.fleetId(), trust.trustDomain(), " " + (next + 1), now);
        TrustRoots after = later(
                List.of(before.tls().leaf(), fresh.tls().leaf()),
                List.of(before.signing().leaf(), fresh.signing().leaf()),
                List.of());
        byte[] step = new TrustStep(now.truncatedTo(ChronoUnit.SECONDS), after)
                .sign(trust, before.signing().leaf(), before.signing().key());
        trust = new RootRotation(layout).rotate(fresh, trust, step, trust.fleetId(), now);
    }

    /**
     * Ends trust in the roots before the present ones. Statements below them stay good: their issuing authorities are
     * pinned one by one for looking back.
     *
     * @throws FleetState when no rotation is under way, the present issuing authorities are not below the present roots,
     *     or an identity on this machine is not
     */
    public void retireRoots() {
        if (trust.signingCas().size() < 2) {
            throw new FleetState("no rotation of the roots is under way. Begin one with: sallyport ca rotate --root");
        }
        Instant now = clock.instant();
        Authorities roots = roots(now);
        List<X509Certificate> present = present();
        if (!present.stream().allMatch(issuing -> isBelow(issuing, roots))) {
            throw new FleetState("certificates are still issued below the old roots. Issue below the new ones first:"
                    + " sallyport ca rotate");
        }
        for (Path directory : directories()) {
            List<X509Certificate> chain = IdentityDirectory.tlsChain(directory);
            X509Certificate signing = IdentityDirectory.signingLeaf(directory);
            boolean left = IssuedBy.isSigned(chain.getFirst(), present.getFirst())
                    && (signing == null || IssuedBy.isSigned(signing, present.getLast()));
            if (!left) {
                throw new FleetState(
                        directory + " still has a certificate below the old roots. Run: sallyport ca renew");
            }
        }
        List<X509Certificate> past = belowOldRoots();
        TrustRoots after =
                later(List.of(roots.tls().leaf()), List.of(roots.signing().leaf()), past);
        byte[] step = new TrustStep(now.truncatedTo(ChronoUnit.SECONDS), after)
                .sign(trust, roots.signing().leaf(), roots.signing().key());
        trust = new RootRotation(layout).step(trust, step, now);
    }

    /** Whether the roots before the present ones are still trusted. */
    public boolean isBetweenRoots() {
        return trust.signingCas().size() > 1;
    }

    /** The issuing authorities' certificates that the newest roots have not signed. */
    public List<X509Certificate> belowOldRoots() {
        List<X509Certificate> newest =
                List.of(trust.tlsRoots().getLast(), trust.signingRoots().getLast());
        return Stream.concat(present().stream(), Authorities.retired(layout.issuing()).stream())
                .filter(issuing -> newest.stream().noneMatch(root -> IssuedBy.isSigned(issuing, root)))
                .toList();
    }

    private Authorities roots(Instant now) {
        if (!Files.exists(layout.root().resolve(Authorities.SEALED_KEYS), LinkOption.NOFOLLOW_LINKS)) {
            throw new FleetState("the roots are not in " + layout.root()
                    + ". Bring ca/root and what protects it back for as long as this command runs");
        }
        return Authorities.openRoots(layout.root(), layout.rootProtector(), trust.fleetId(), now);
    }

    /** The certificates of the authorities that issue now: for TLS, then for statements. */
    private List<X509Certificate> present() {
        return Stream.of(Authorities.TLS_CERTIFICATE, Authorities.SIGNING_CERTIFICATE)
                .map(name -> Pem.certificates(
                                OwnerOnly.readPublic(layout.issuing().resolve(name), Pem.LARGEST))
                        .getFirst())
                .toList();
    }

    private static boolean isBelow(X509Certificate issuing, Authorities roots) {
        return IssuedBy.isSigned(issuing, roots.tls().leaf())
                || IssuedBy.isSigned(issuing, roots.signing().leaf());
    }

    private TrustRoots later(List<X509Certificate> tls, List<X509Certificate> signing, List<X509Certificate> past) {
        List<String> pastTls = new ArrayList<>(trust.pastTlsCas());
        List<String> pastSigning = new ArrayList<>(trust.pastSigningCas());
        for (X509Certificate issuing : past) {
            String pem = pem(issuing);
            List<String> kind = KeyTypes.isTls(issuing.getPublicKey()) ? pastTls : pastSigning;
            if (!kind.contains(pem)) {
                kind.add(pem);
            }
        }
        return new TrustRoots(
                TrustRoots.LATER,
                trust.fleetId(),
                trust.trustDomain(),
                tls.stream().map(FleetCa::pem).toList(),
                signing.stream().map(FleetCa::pem).toList(),
                trust.logKeys(),
                trust.step() + 1,
                pastTls,
                pastSigning,
                Stream.concat(
                                trust.retiredCas().stream(),
                                Stream.concat(trust.tlsRoots().stream(), trust.signingRoots().stream())
                                        .filter(root -> !tls.contains(root) && !signing.contains(root))
                                        .map(FleetCa::pem))
                        .toList());
    }

    private static String pem(X509Certificate certificate) {
        return new String(Pem.ofCertificates(List.of(certificate)), StandardCharsets.US_ASCII);
    }

    /** What everybody in the fleet pins. */
    public TrustRoots trust() {
        return trust;
    }

    /** Where things lie. */
    public FleetLayout layout() {
        return layout;
    }

    private CertificateIssuer issuer() {
        Authorities issuing =
                Authorities.openIssuing(layout.issuing(), layout.issuingProtector(), trust.fleetId(), clock.instant());
        return new CertificateIssuer(issuing.tls(), issuing.signing(), trust.trustDomain(), clock);
    }

    /** The ledger has one key: replicas of attestation-service find it by a link. */
    private void shareLogKey(Path directory) {
        Path key = layout.logKey();
        Path folder = Objects.requireNonNull(key.getParent());
        Path first = Objects.requireNonNull(folder.getParent());
        Path link = directory.resolve(folder.getFileName());
        String name = String.valueOf(directory.getFileName());
        if (!name.startsWith(first.getFileName() + "-") || Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.createSymbolicLink(link, directory.relativize(folder));
        } catch (IOException e) {
            throw new FileFailed("cannot link the ledger's key from " + directory + ": " + e.getMessage(), e);
        }
    }

    private List<FleetStatus.Certificate> issue(CertificateIssuer issuer, TlsNames names, Path directory) {
        SpiffeId id = names.id();
        KeyPair tlsPair = KeyTypes.newTlsPair();
        CertificateRequest tlsRequest =
                CertificateRequest.parse(CertificateRequest.create(tlsPair, id, names.dnsNames(), names.addresses()));
        Credential tls = new Credential(tlsPair.getPrivate(), issuer.issueTls(tlsRequest, names));
        @Nullable Credential signing = null;
        if (CertificateIssuer.signs(id)) {
            KeyPair pair = KeyTypes.newSigningPair();
            CertificateRequest request =
                    CertificateRequest.parse(CertificateRequest.create(pair, id, Set.of(), Set.of()));
            signing = new Credential(pair.getPrivate(), issuer.issueSigning(request, id));
        }
        IssuedFolder known = new IssuedFolder(layout.issuing());
        known.keep(tls);
        if (signing != null) {
            known.keep(signing);
        }
        IdentityDirectory.write(directory, new WorkloadIdentity(id, tls, signing, trust));
        return certificates(id, directory, clock.instant());
    }

    private List<FleetStatus.Certificate> certificates(SpiffeId id, Path directory, Instant now) {
        List<FleetStatus.Certificate> certificates = new ArrayList<>();
        certificates.add(
                FleetStatus.Certificate.of(id, FleetStatus.Purpose.TLS, IdentityDirectory.tlsLeaf(directory), now));
        X509Certificate signing = IdentityDirectory.signingLeaf(directory);
        if (signing != null) {
            certificates.add(FleetStatus.Certificate.of(id, FleetStatus.Purpose.SIGNING, signing, now));
        }
        return certificates;
    }

    private void verifyOwner(Path directory, SpiffeId expected) {
        if (!owner(directory).equals(expected)) {
            throw new FleetState(directory + " already holds the identity of " + owner(directory));
        }
    }

    /**
     * Whose identity lies in the directory. Its owner can write there, so the certificate is believed only as far as
     * our own authority signed it (expired or not): else it could come back with names it made up.
     */
    private SpiffeId owner(Path directory) {
        List<X509Certificate> chain = IdentityDirectory.tlsChain(directory);
        Instant issued = chain.getFirst().getNotBefore().toInstant();
        SpiffeId id;
        try {
            id = X509Svid.verify(chain, trust.everTls(), trust.trustDomain(), latest(chain, issued));
        } catch (CertificateRefused e) {
            throw new FleetState(directory + " holds a certificate that this fleet has not issued: " + e.getMessage()
                    + ". Remove the directory and run: sallyport ca init");
        }
        if (!id.trustDomain().equals(trust.trustDomain()) || !layout.belongs(id, directory)) {
            throw new FleetState(directory + " holds the identity of " + id + ", which does not belong there");
        }
        return id;
    }

    /** The moment at which the leaf and all above it had begun to be valid. */
    private static Instant latest(List<X509Certificate> chain, Instant issued) {
        Instant latest = issued;
        for (X509Certificate certificate : chain) {
            Instant start = certificate.getNotBefore().toInstant();
            latest = start.isAfter(latest) ? start : latest;
        }
        return latest;
    }

    private static FleetStatus.Authority authority(Path file, Instant now) {
        return authority(
                Pem.certificates(OwnerOnly.readPublic(file, Pem.LARGEST)).getFirst(), file, now);
    }

    private static FleetStatus.Authority authority(X509Certificate certificate, Path file, Instant now) {
        return new FleetStatus.Authority(
                certificate.getSubjectX500Principal().getName(),
                file,
                certificate.getNotAfter().toInstant(),
                FleetStatus.State.of(certificate, now));
    }

    private List<Path> directories() {
        try {
            return layout.workloads();
        } catch (IOException e) {
            throw new FileFailed("cannot list " + layout.identities() + ": " + e.getMessage(), e);
        }
    }
}
