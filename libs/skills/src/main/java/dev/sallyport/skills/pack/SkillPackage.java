package dev.sallyport.skills.pack;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.manifest.SkillTool;
import dev.sallyport.skills.module.ModuleScan;
import dev.sallyport.skills.schema.SkillSchema;
import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A package of a skill, {@code <id>-<version>.skill}: {@code skill.toml}, {@code module.wasm}, the schemas that the
 * manifest names, {@code signature.json}, and where there are any {@code sbom.cdx.json} and {@code provenance.json}, whose
 * content is signed but not read. Immutable.
 *
 * <p>Every package that exists as an object was read in full: its manifest, its schemas and its module are as the format
 * says, its files are those that the manifest names, and its signature, if it has one, is the signature of these files.
 * Whether the signer is trusted is another question: {@link TrustedPublishers}.
 */
public final class SkillPackage {
    /** The manifest's file. */
    public static final String MANIFEST = "skill.toml";
    /** The module's file. */
    public static final String MODULE = "module.wasm";

    /** Most bytes of a package. */
    public static final int MAX_BYTES = SkillArchive.MAX_BYTES;

    private static final String SIGNATURE = "signature.json";
    private static final Set<String> OPTIONAL = Set.of("sbom.cdx.json", "provenance.json");

    private final SortedMap<String, byte[]> files;
    private final byte[] content;
    private final SkillManifest manifest;
    private final Map<String, SkillSchema> schemas;
    private final @Nullable SkillSignature signature;

    private SkillPackage(SortedMap<String, byte[]> all) throws SkillRefusedException {
        SortedMap<String, byte[]> signed = SkillArchive.files();
        signed.putAll(all);
        byte[] signatureFile = signed.remove(SIGNATURE);
        files = Collections.unmodifiableSortedMap(signed);
        manifest = SkillManifest.parse(file(MANIFEST));
        checkFiles();
        schemas = new HashMap<>();
        for (String name : schemaNames()) {
            schemas.put(name, SkillSchema.parse(name, file(name)));
        }
        checkModule();
        content = SignedContent.of(files);
        signature = signatureFile == null ? null : verified(content, SkillSignature.parse(signatureFile));
    }

    /**
     * Reads a package.
     *
     * @throws SkillRefusedException for anything that is not as the format says
     */
    public static SkillPackage read(byte[] archive) throws SkillRefusedException {
        return new SkillPackage(SkillArchive.read(archive));
    }

    /**
     * Makes a package without a signature.
     *
     * @param files by name
     * @throws SkillRefusedException as when it is read
     */
    public static SkillPackage of(Map<String, byte[]> files) throws SkillRefusedException {
        if (files.containsKey(SIGNATURE)) {
            throw new SkillRefusedException(Refusal.CONTENT, SIGNATURE + " is made by signing; leave it out.");
        }
        SortedMap<String, byte[]> copied = SkillArchive.files();
        files.forEach((name, bytes) -> copied.put(name, bytes.clone()));
        SkillPackage made = new SkillPackage(copied);
        made.encode();
        return made;
    }

    /**
     * The same package, signed.
     *
     * @throws GeneralSecurityException if it is no Ed25519 key
     */
    public SkillPackage signed(PrivateKey key) throws GeneralSecurityException {
        SortedMap<String, byte[]> all = SkillArchive.files();
        all.putAll(files);
        all.put(SIGNATURE, SkillSignature.sign(content, key).encode());
        try {
            return new SkillPackage(all);
        } catch (SkillRefusedException e) {
            throw new IllegalStateException("it was accepted without the signature", e);
        }
    }

    private byte[] file(String name) throws SkillRefusedException {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new SkillRefusedException(Refusal.CONTENT, "The package has no " + name + ".");
        }
        return bytes;
    }

    private Set<String> schemaNames() {
        Set<String> names = new HashSet<>();
        for (SkillTool tool : manifest.tools()) {
            names.add(tool.inputSchema());
            names.add(tool.outputSchema());
        }
        return names;
    }

    private void checkFiles() throws SkillRefusedException {
        Set<String> named = schemaNames();
        named.add(MANIFEST);
        named.add(MODULE);
        for (String name : files.keySet()) {
            if (!named.contains(name) && !OPTIONAL.contains(name)) {
                throw new SkillRefusedException(
                        Refusal.CONTENT,
                        (SkillArchive.isName(name) ? name : "A file") + " is in the package, but nothing names it.");
            }
        }
    }

    private void checkModule() throws SkillRefusedException {
        byte[] module = file(MODULE);
        if (!Digest.of(module).equals(manifest.moduleDigest())) {
            throw new SkillRefusedException(
                    Refusal.CONTENT,
                    MODULE + " has the SHA-256 " + Digest.of(module) + ", but skill.toml says another one.");
        }
        ModuleScan scan = ModuleScan.of(module, manifest);
        if (!scan.accepted()) {
            throw new SkillRefusedException(
                    Refusal.MODULE,
                    MODULE + " breaks the rules for modules:\n"
                            + scan.violations().stream()
                                    .map(violation -> "- " + violation)
                                    .collect(Collectors.joining("\n")));
        }
    }

    /**
     * The bytes of the archive, the same for the same files.
     *
     * @throws SkillRefusedException {@code ARCHIVE}, beyond the limits
     */
    public byte[] encode() throws SkillRefusedException {
        SortedMap<String, byte[]> all = SkillArchive.files();
        all.putAll(files);
        if (signature != null) {
            all.put(SIGNATURE, signature.encode());
        }
        return SkillArchive.write(all);
    }

    /** What identifies the content: SHA-256 of what is signed. It is the same with and without a signature. */
    public Digest digest() {
        return Digest.of(content);
    }

    /** What the skill is and asks for. */
    public SkillManifest manifest() {
        return manifest;
    }

    /** The bytes of {@code skill.toml}. */
    public byte[] manifestFile() {
        return files.getOrDefault(MANIFEST, new byte[0]).clone();
    }

    /** The text of a schema that the manifest names: JSON. */
    public String schemaText(String file) {
        byte[] bytes = files.get(file);
        if (bytes == null || !schemas.containsKey(file)) {
            throw new IllegalArgumentException("the manifest names no schema " + file);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The bytes of the module. */
    public byte[] module() {
        return files.getOrDefault(MODULE, new byte[0]).clone();
    }

    /** The schema in a file that the manifest names. */
    public SkillSchema schema(String file) {
        SkillSchema schema = schemas.get(file);
        if (schema == null) {
            throw new IllegalArgumentException("the manifest names no schema " + file);
        }
        return schema;
    }

    /** Whose signature it has; empty for a package that is not signed. */
    public Optional<PublisherKey> signer() {
        return Optional.ofNullable(signature).map(SkillSignature::key);
    }

    /** The bytes of {@code signature.json}; empty for a package that is not signed. */
    public Optional<byte[]> signatureFile() {
        return Optional.ofNullable(signature).map(SkillSignature::encode);
    }

    /**
     * Whose signature of this package that is: another than its own too, since several may sign the same files.
     *
     * @param signatureFile bytes of a {@code signature.json}
     * @throws SkillRefusedException {@code SIGNATURE}, if it is none of this package
     */
    public PublisherKey signerOf(byte[] signatureFile) throws SkillRefusedException {
        return verified(content, SkillSignature.parse(signatureFile)).key();
    }

    private static SkillSignature verified(byte[] content, SkillSignature signature) throws SkillRefusedException {
        if (!signature.verifies(content)) {
            throw new SkillRefusedException(
                    Refusal.SIGNATURE,
                    "signature.json is not the signature of these files by the key that it names. The package was "
                            + "changed after it was signed; get it again from its publisher.");
        }
        return signature;
    }

    /** The names of its files in the archive's order, without the signature. */
    public List<String> fileNames() {
        return new ArrayList<>(files.keySet());
    }
}
