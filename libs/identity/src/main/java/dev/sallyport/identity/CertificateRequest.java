package dev.sallyport.identity;

import dev.sallyport.identity.IdentityException.Malformed;
import dev.sallyport.identity.IdentityException.RequestRefused;
import dev.sallyport.identity.IdentityException.RequestRefused.Reason;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A certification request (PKCS#10, RFC 2986) that has been read and whose sender has proven to hold the key. What it
 * asks for is a wish; the issuer decides.
 *
 * @param key the key to certify, P-256 or Ed25519
 * @param id the one SPIFFE id asked for
 * @param dnsNames DNS names asked for
 * @param addresses IP addresses asked for
 */
public record CertificateRequest(PublicKey key, SpiffeId id, Set<String> dnsNames, Set<InetAddress> addresses) {
    /** No request of ours is longer, in bytes. */
    public static final int LARGEST = 8 * 1024;

    private static final int NAMES_AT_MOST = 32;

    /** Copies the sets. */
    public CertificateRequest {
        dnsNames = Set.copyOf(dnsNames);
        addresses = Set.copyOf(addresses);
    }

    /**
     * Makes a request for the key in DER.
     *
     * @param pair the key pair; the request proves possession of it
     * @param id the SPIFFE id to ask for
     */
    public static byte[] create(KeyPair pair, SpiffeId id, Set<String> dnsNames, Set<InetAddress> addresses) {
        try {
            Extensions wish = new Extensions(new Extension(
                    Extension.subjectAlternativeName,
                    false,
                    AlternativeNames.of(id.toString(), dnsNames, addresses).getEncoded()));
            ContentSigner signer =
                    new JcaContentSignerBuilder(KeyTypes.signatureOf(pair.getPublic())).build(pair.getPrivate());
            return new PKCS10CertificationRequestBuilder(
                            new X500Name("O=Sallyport"),
                            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wish)
                    .build(signer)
                    .getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalArgumentException("cannot make a certification request for this key", e);
        }
    }

    /**
     * Reads a request in PEM.
     *
     * @throws Malformed when it is not a request
     * @throws RequestRefused when the proof fails or it asks for what nobody gets
     */
    public static CertificateRequest parsePem(byte[] pem) {
        return parse(Pem.request(pem));
    }

    /**
     * Reads a request in DER.
     *
     * @throws Malformed when it is not a request
     * @throws RequestRefused when the proof fails or it asks for what nobody gets
     */
    public static CertificateRequest parse(byte[] der) {
        if (der.length > LARGEST) {
            throw new Malformed("a certification request has at most " + LARGEST + " bytes");
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            if (!Arrays.equals(request.getEncoded(), der)) {
                throw new Malformed("the certification request is not in DER");
            }
            PublicKey key = key(request.getSubjectPublicKeyInfo());
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new RequestRefused(
                        Reason.POSSESSION_NOT_PROVEN,
                        "the request is not signed with the key it asks a certificate for");
            }
            return of(key, request.getRequestedExtensions());
        } catch (PKCSException | OperatorCreationException e) {
            throw new RequestRefused(
                    Reason.POSSESSION_NOT_PROVEN, "the signature of the certification request cannot be checked");
        } catch (IdentityException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Parsers of hostile DER throw many kinds of exception; none of them may pass as anything but a refusal.
            throw new Malformed("not a certification request (PKCS#10)", e);
        }
    }

    private static PublicKey key(SubjectPublicKeyInfo spki) throws IOException {
        try {
            KeyFactory factory = KeyFactory.getInstance(algorithmOf(spki.getAlgorithm()));
            return factory.generatePublic(new X509EncodedKeySpec(spki.getEncoded()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new RequestRefused(Reason.KEY_TYPE, "the key of the request is neither P-256 nor Ed25519");
        }
    }

    private static CertificateRequest of(PublicKey key, Extensions wish) throws UnknownHostException {
        List<String> uris = new ArrayList<>();
        List<String> dnsNames = new ArrayList<>();
        List<InetAddress> addresses = new ArrayList<>();
        if (wish != null) {
            BasicConstraints constraints = BasicConstraints.fromExtensions(wish);
            if (constraints != null && constraints.isCA()) {
                throw new RequestRefused(Reason.CA_NOT_GRANTED, "nobody gets an authority's certificate by request");
            }
            GeneralNames names = GeneralNames.fromExtensions(wish, Extension.subjectAlternativeName);
            for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
                switch (name.getTagNo()) {
                    case GeneralName.uniformResourceIdentifier ->
                        uris.add(name.getName().toString());
                    case GeneralName.dNSName -> dnsNames.add(name.getName().toString());
                    case GeneralName.iPAddress ->
                        addresses.add(InetAddress.getByAddress(
                                ASN1OctetString.getInstance(name.getName()).getOctets()));
                    default ->
                        throw new RequestRefused(
                                Reason.NAME_NOT_GRANTED, "names are SPIFFE ids, DNS names and IP addresses only");
                }
            }
        }
        if (dnsNames.size() + addresses.size() > NAMES_AT_MOST) {
            throw new RequestRefused(Reason.NAME_NOT_GRANTED, "at most " + NAMES_AT_MOST + " names");
        }
        return new CertificateRequest(key, id(uris), Set.copyOf(dnsNames), Set.copyOf(addresses));
    }

    private static SpiffeId id(List<String> uris) {
        if (uris.isEmpty()) {
            throw new RequestRefused(Reason.SPIFFE_ID_MISSING, "the request names no SPIFFE id (URI name)");
        }
        if (uris.size() > 1) {
            throw new RequestRefused(Reason.SPIFFE_ID_NOT_ALONE, "the request names more than one URI");
        }
        return SpiffeId.tryParse(uris.getFirst())
                .orElseThrow(() -> new RequestRefused(
                        Reason.SPIFFE_ID_FOREIGN, "the request's URI name is no SPIFFE id of a fleet"));
    }

    /** The JCA key algorithm of an encoded key; {@link IllegalArgumentException} unless P-256 or Ed25519. */
    private static String algorithmOf(AlgorithmIdentifier algorithm) {
        if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                && X9ObjectIdentifiers.prime256v1.equals(algorithm.getParameters())) {
            return "EC";
        }
        if (algorithm.getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519)) {
            return "Ed25519";
        }
        throw new IllegalArgumentException("neither P-256 nor Ed25519");
    }
}
