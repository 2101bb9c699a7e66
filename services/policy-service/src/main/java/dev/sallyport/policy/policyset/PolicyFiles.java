package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.PolicyErrorException;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A policy set as its author wrote it.
 *
 * @param schema the schema in Cedar's own syntax
 * @param files the policies, in the order of their paths
 */
public record PolicyFiles(String schema, List<PolicyFile> files) {
    private static final String BASELINE = "/policies/baseline/";
    private static final List<String> BASELINE_FILES = List.of(
            "approval/sensitive.cedar",
            "hard/process-run.cedar",
            "hard/roles.cedar",
            "hard/skill-execute.cedar",
            "hard/tool-execute.cedar");

    /** Orders the files by path, so that the same files make the same set. */
    public PolicyFiles {
        files = files.stream().sorted(Comparator.comparing(PolicyFile::path)).toList();
    }

    /** The shipped baseline: part of every active set. */
    public static PolicyFiles baseline() {
        return new PolicyFiles(
                resource("schema.cedarschema"),
                BASELINE_FILES.stream()
                        .map(path -> new PolicyFile(path, resource(path)))
                        .toList());
    }

    /** The same set with more files. */
    public PolicyFiles with(PolicyFile... more) {
        return new PolicyFiles(
                schema, Stream.concat(files.stream(), Stream.of(more)).toList());
    }

    /** SHA-256 over schema, paths, files and the engine's version, each with its length before it. */
    public Digest version(String engineVersion) {
        MessageDigest digest = Digest.sha256();
        add(digest, engineVersion);
        add(digest, schema);
        for (PolicyFile file : files) {
            add(digest, file.path());
            add(digest, file.text());
        }
        return new Digest(HexFormat.of().formatHex(digest.digest()));
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static String resource(String name) {
        try (InputStream in = PolicyFiles.class.getResourceAsStream(BASELINE + name)) {
            if (in == null) {
                throw new PolicyErrorException("the baseline misses " + name, null);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
