package dev.sallyport.identity.ca;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.protect.FileKeyProtector;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.identity.protect.SealedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * A folder with two authorities, one for TLS and one for statement keys, their private keys together in one sealed
 * file, sealed under a key that lies elsewhere: a copy of the folder is no authority. The fleet has two such folders: {@code root}, which may be taken offline, and {@code issuing}, which is
 * vault-service's.
 *
 * @param tls the authority for TLS
 * @param signing the authority for statement keys
 */
public record Authorities(Credential tls, Credential signing) {
    static final String TLS_CERTIFICATE = "tls-ca.crt";
    static final String SIGNING_CERTIFICATE = "signing-ca.crt";
    static final String SEALED_KEYS = "keys.sealed";

    private static final Duration ROOT_LIFE = Duration.ofDays(20 * 365);
    private static final Duration ISSUING_LIFE = Duration.ofDays(5 * 365);
    private static final String KEY_SEPARATOR = "-----END PRIVATE KEY-----\n";

    /** The same with the protector's key where {@link FleetLayout} has it. */
    public static Authorities openIssuing(Path folder, String fleetId, Instant now) {
        return openIssuing(folder, FleetLayout.protectorOf(folder), fleetId, now);
    }

    /**
     * Opens the fleet's issuing authorities.
     *
     * @param folder {@code issuing} in the fleet's directory
     * @param protectorKey the file with the key that they are sealed under
     * @param fleetId the fleet they must belong to
     * @throws IdentityException when a file is unsafe, missing, changed or sealed by another protector
     */
    public static Authorities openIssuing(Path folder, Path protectorKey, String fleetId, Instant now) {
        new IssuingRotation(folder).finish();
        return open(folder, protectorKey, "issuing", fleetId, now);
    }

    /**
     * What seals the keys of the issuing authorities.
     *
     * @throws IdentityException when it does not work here and now
     */
    public static KeyProtector issuingProtector(Path folder, Path protectorKey, String fleetId) {
        return new ProtectorChoice(folder, protectorKey, fleetId).now();
    }

    /**
     * The certificates of the authorities that issued before the present ones, both kinds; see {@link IssuingRotation}.
     *
     * @param folder {@code issuing} in the fleet's directory
     */
    public static List<X509Certificate> retired(Path folder) {
        return new IssuingRotation(folder).retired();
    }

    /** The TLS certificate of the issuing authority as it lies in the folder now, without opening a seal. */
    public static X509Certificate present(Path folder) {
        return Pem.certificates(OwnerOnly.readPublic(folder.resolve(TLS_CERTIFICATE), Pem.LARGEST))
                .getFirst();
    }

    /**
     * Seals the keys of a folder by another protector; see {@link ProtectorChoice}. A rotation that was cut short is finished
     * first: its keys are sealed by the protector of before, and would take the place of those that have moved.
     */
    static void protect(Path folder, Path protectorKey, String purpose, String fleetId, String setting) {
        new IssuingRotation(folder).finish();
        new ProtectorChoice(folder, protectorKey, fleetId)
                .move(folder.resolve(SEALED_KEYS), context(purpose, fleetId), setting);
    }

    static Authorities openRoots(Path folder, Path protectorKey, String fleetId, Instant now) {
        return open(folder, protectorKey, "root", fleetId, now);
    }

    static Authorities newRoots(String fleetId, String trustDomain, Instant now) {
        return newRoots(fleetId, trustDomain, "", now);
    }

    /**
     * New roots.
     *
     * @param generation what tells their names from those of earlier ones
     */
    static Authorities newRoots(String fleetId, String trustDomain, String generation, Instant now) {
        KeyPair tls = KeyTypes.newTlsPair();
        KeyPair signing = KeyTypes.newSigningPair();
        return new Authorities(
                new Credential(
                        tls.getPrivate(),
                        List.of(Certificates.root(
                                tls, "Sallyport TLS root " + fleetId + generation, trustDomain, now, ROOT_LIFE))),
                new Credential(
                        signing.getPrivate(),
                        List.of(Certificates.root(
                                signing,
                                "Sallyport signing root " + fleetId + generation,
                                trustDomain,
                                now,
                                ROOT_LIFE))));
    }

    static Authorities newIssuing(Authorities roots, String fleetId, String trustDomain, Instant now) {
        KeyPair tls = KeyTypes.newTlsPair();
        KeyPair signing = KeyTypes.newSigningPair();
        return new Authorities(
                new Credential(
                        tls.getPrivate(),
                        List.of(Certificates.issuing(
                                roots.tls,
                                tls.getPublic(),
                                "Sallyport TLS issuing " + fleetId,
                                trustDomain,
                                now,
                                ISSUING_LIFE))),
                new Credential(
                        signing.getPrivate(),
                        List.of(Certificates.issuing(
                                roots.signing,
                                signing.getPublic(),
                                "Sallyport signing issuing " + fleetId,
                                trustDomain,
                                now,
                                ISSUING_LIFE))));
    }

    void write(Path folder, Path protectorKey, String purpose, String fleetId) throws IOException {
        OwnerOnly.createDirectory(folder);
        OwnerOnly.writePublic(folder.resolve(TLS_CERTIFICATE), Pem.ofCertificates(tls.chain()));
        OwnerOnly.writePublic(folder.resolve(SIGNING_CERTIFICATE), Pem.ofCertificates(signing.chain()));
        seal(folder, FileKeyProtector.create(protectorKey), purpose, fleetId);
    }

    private void seal(Path folder, KeyProtector protector, String purpose, String fleetId) throws IOException {
        byte[] keys = keys();
        SealedFile.write(folder.resolve(SEALED_KEYS), keys, protector, context(purpose, fleetId));
        Arrays.fill(keys, (byte) 0);
        OwnerOnly.sync(folder);
    }

    /** Writes authorities into a new folder, their keys sealed by what seals those of the present ones. */
    void writeBeside(Path folder, Path present, Path protectorKey, String purpose, String fleetId) throws IOException {
        OwnerOnly.createDirectory(folder);
        OwnerOnly.writePublic(folder.resolve(TLS_CERTIFICATE), Pem.ofCertificates(tls.chain()));
        OwnerOnly.writePublic(folder.resolve(SIGNING_CERTIFICATE), Pem.ofCertificates(signing.chain()));
        seal(folder, new ProtectorChoice(present, protectorKey, fleetId).now(), purpose, fleetId);
    }

    private byte[] keys() throws IOException {
        byte[] first = Pem.ofPrivateKey(tls.key());
        byte[] second = Pem.ofPrivateKey(signing.key());
        try (ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length)) {
            both.write(first);
            both.write(second);
            return both.toByteArray();
        } finally {
            Arrays.fill(first, (byte) 0);
            Arrays.fill(second, (byte) 0);
        }
    }

    private static Authorities open(Path folder, Path protectorKey, String purpose, String fleetId, Instant now) {
        byte[] keys = new ProtectorChoice(folder, protectorKey, fleetId)
                .read(folder.resolve(SEALED_KEYS), context(purpose, fleetId));
        try {
            int end = endOfFirst(keys);
            return new Authorities(
                    authority(folder.resolve(TLS_CERTIFICATE), Arrays.copyOfRange(keys, 0, end), now),
                    authority(folder.resolve(SIGNING_CERTIFICATE), Arrays.copyOfRange(keys, end, keys.length), now));
        } finally {
            Arrays.fill(keys, (byte) 0);
        }
    }

    private static Credential authority(Path certificateFile, byte[] keyPem, Instant now) {
        PrivateKey key = Pem.privateKey(keyPem);
        Arrays.fill(keyPem, (byte) 0);
        List<X509Certificate> chain = Pem.certificates(OwnerOnly.readPublic(certificateFile, Pem.LARGEST));
        Credential authority = new Credential(key, chain);
        if (authority.leaf().getBasicConstraints() < 0) {
            throw new FleetState(certificateFile + " is not an authority's certificate");
        }
        if (authority.leaf().getNotAfter().toInstant().isBefore(now)) {
            throw new CertificateRefused(
                    CertificateRefused.Reason.EXPIRED, "the authority of " + certificateFile + " has expired");
        }
        return authority;
    }

    private static int endOfFirst(byte[] keys) {
        byte[] separator = KEY_SEPARATOR.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i + separator.length <= keys.length; i++) {
            if (Arrays.equals(keys, i, i + separator.length, separator, 0, separator.length)) {
                return i + separator.length;
            }
        }
        throw new IdentityException.Malformed("the sealed keys are not two PEM keys");
    }

    private static String context(String purpose, String fleetId) {
        return "sallyport authorities " + purpose + " " + fleetId;
    }

    @Override
    public String toString() {
        return "Authorities[" + tls + ", " + signing + "]";
    }
}
