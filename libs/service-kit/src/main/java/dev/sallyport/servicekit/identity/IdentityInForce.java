package dev.sallyport.servicekit.identity;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.verify.StatementSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * The identity directory's content in force, its TLS part as the SSL bundle {@value #BUNDLE}, its signing part as a
 * signer.
 *
 * <p>A directory replaced as a whole is invisible to a watch on the one that it replaced, so the files are looked at
 * instead. What cannot be used (a key of another certificate, an expired or foreign certificate) is left alone and looked
 * at again when it changes: what was in force goes on serving.
 */
public final class IdentityInForce implements SslBundleRegistrar {
    /** The bundle's name. */
    public static final String BUNDLE = "sallyport";

    private static final Logger log = LoggerFactory.getLogger(IdentityInForce.class);

    private final Path dir;
    private final Clock clock;
    private volatile InForce inForce;
    private @Nullable SslBundleRegistry registry;
    private String seen;

    private record InForce(
            WorkloadIdentity identity, @Nullable StatementSigner signer) {
        static InForce of(WorkloadIdentity identity) {
            return new InForce(
                    identity,
                    identity.signing()
                            .map(credential -> new StatementSigner(credential.key(), credential.chain()))
                            .orElse(null));
        }
    }

    /** Reads the directory for the first time; {@link IdentityException} stops the start. */
    public IdentityInForce(Path dir, Clock clock) {
        this.dir = dir;
        this.clock = clock;
        this.seen = look();
        this.inForce = InForce.of(IdentityDirectory.load(dir, clock.instant()));
    }

    @Override
    public synchronized void registerBundles(SslBundleRegistry bundles) {
        registry = bundles;
        bundles.registerBundle(BUNDLE, bundle(inForce.identity()));
    }

    /** Who this workload is; it never changes while the process runs. */
    public SpiffeId spiffeId() {
        return inForce.identity().id();
    }

    /** What the fleet pins now; it follows the fleet's steps of trust. */
    public TrustRoots trust() {
        return inForce.identity().trust();
    }

    /** Keys and certificates in force now. */
    public WorkloadIdentity identity() {
        return inForce.identity();
    }

    /** The signer in force; {@link IllegalStateException} for a workload that signs no statements. */
    public StatementSigner signer() {
        StatementSigner signer = inForce.signer();
        if (signer == null) {
            throw new IllegalStateException(spiffeId() + " has no signing certificate");
        }
        return signer;
    }

    /**
     * Takes over the files when they have changed.
     *
     * @return whether a new identity is in force now
     */
    public synchronized boolean refresh() {
        String now = look();
        if (now.equals(seen)) {
            return false;
        }
        // Half of a replacement fails once; its other half changes what is seen.
        seen = now;
        try {
            WorkloadIdentity next = IdentityDirectory.load(dir, clock.instant());
            if (!now.equals(look())) {
                return false;
            }
            if (!next.id().equals(spiffeId()) || !next.trust().fleetId().equals(trust().fleetId())) {
                log.error("the new identity in {} is for {} and is not used", dir, next.id());
                return false;
            }
            if (next.trust().step() < trust().step()) {
                log.error(
                        "the new identity in {} pins the roots of step {}, older than {}, and is not used",
                        dir,
                        next.trust().step(),
                        trust().step());
                return false;
            }
            InForce made = InForce.of(next);
            if (registry != null) {
                registry.updateBundle(BUNDLE, bundle(next));
            }
            inForce = made;
            X509Certificate leaf = next.tls().leaf();
            log.info(
                    "TLS certificate {} is in force until {}, with the roots of step {}",
                    leaf.getSerialNumber().toString(16),
                    leaf.getNotAfter().toInstant(),
                    next.trust().step());
            return true;
        } catch (IdentityException | IllegalArgumentException e) {
            log.warn("the new identity in {} is not used: {}", dir, e.getMessage());
            return false;
        }
    }

    /** TLS 1.3 only; the protocol is an option of the bundle, since the server's own setting is ignored beside one. */
    private static SslBundle bundle(WorkloadIdentity identity) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "workload",
                    identity.tls().key(),
                    new char[0],
                    identity.tls().chain().toArray(new Certificate[0]));
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            List<X509Certificate> roots = identity.trust().tlsRoots();
            for (int i = 0; i < roots.size(); i++) {
                trust.setCertificateEntry("root-" + i, roots.get(i));
            }
            return SslBundle.of(
                    SslStoreBundle.of(keys, "", trust),
                    SslBundleKey.NONE,
                    SslOptions.of((@Nullable Set<String>) null, Set.of("TLSv1.3")));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot hold the TLS identity in a key store", e);
        }
    }

    /** A mark that is another one after every replacement. */
    private String look() {
        StringBuilder mark = new StringBuilder();
        for (String name : List.of("tls/tls.crt", "tls/tls.key", "signing/signing.crt", "trust.json")) {
            try {
                Path file = dir.resolve(name);
                BasicFileAttributes seenNow = Files.readAttributes(file, BasicFileAttributes.class);
                mark.append(file.toRealPath()).append(seenNow.fileKey()).append(seenNow.lastModifiedTime());
            } catch (IOException e) {
                mark.append(name).append(" is missing");
            }
            mark.append('\n');
        }
        return mark.toString();
    }
}
