package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A policy set as its authors upload it: policies under {@code hard/} and {@code approval/}, tests under
 * {@code tests/}. The schema and the baseline are not theirs; they are added when the set is compiled.
 *
 * @param files text by path
 */
public record SetDocument(SortedMap<String, String> files) {
    /** The most files of a set. */
    public static final int MOST_FILES = 200;

    /** The most bytes of a set, paths not counted. */
    public static final int MOST_BYTES = 1 << 20;

    /** What is active while nobody has activated anything: the baseline alone. */
    public static final SetDocument NONE = new SetDocument(new TreeMap<>());

    private static final String NAME = "[a-z0-9][a-z0-9._-]*";
    private static final Pattern PATH = Pattern.compile(
            "(?:(?:hard|approval)/(?:" + NAME + "/)*" + NAME + "\\.cedar|tests/(?:" + NAME + "/)*" + NAME + "\\.json)");
    private static final int LONGEST_PATH = 200;
    private static final String RESERVED = "baseline.";

    /** Copies the files. */
    public SetDocument {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** The content address: SHA-256 of the files as canonical JSON, text by path. */
    public Digest digest() {
        return Digest.of(StatementJson.canonical(files));
    }

    /** The sizes of all files together, bytes of UTF-8. */
    public int bytes() {
        return files.values().stream()
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    /** What is compiled: the baseline with these policies. */
    public PolicyFiles withBaseline() {
        return PolicyFiles.baseline()
                .with(files.entrySet().stream()
                        .filter(file -> !isTest(file.getKey()))
                        .map(file -> new PolicyFile(file.getKey(), file.getValue()))
                        .toArray(PolicyFile[]::new));
    }

    /** The files with tests, in the order of their paths. */
    List<PolicyFile> tests() {
        return files.entrySet().stream()
                .filter(file -> isTest(file.getKey()))
                .map(file -> new PolicyFile(file.getKey(), file.getValue()))
                .toList();
    }

    /** What is wrong with paths, texts and sizes, before anything is parsed. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (files.size() > MOST_FILES) {
            return List.of(Finding.error("", 1, 1, null, "A set has at most " + MOST_FILES + " files."));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            String path = file.getKey();
            if (path.length() > LONGEST_PATH || !PATH.matcher(path).matches()) {
                findings.add(Finding.error(
                        "",
                        1,
                        1,
                        null,
                        "A file is called hard/NAME.cedar, approval/NAME.cedar or tests/NAME.json, in lower-case letters,"
                                + " digits, '.', '_' and '-', with at most " + LONGEST_PATH + " characters."));
            } else if (!isText(file.getValue())) {
                findings.add(Finding.error(path, 1, 1, null, "The file holds NUL or half of a surrogate pair."));
            }
        }
        if (findings.isEmpty() && bytes() > MOST_BYTES) {
            findings.add(Finding.error("", 1, 1, null, "A set has at most " + MOST_BYTES + " bytes."));
        }
        Set<String> baseline =
                PolicyFiles.baseline().files().stream().map(PolicyFile::path).collect(Collectors.toUnmodifiableSet());
        files.keySet().stream()
                .filter(baseline::contains)
                .forEach(path -> findings.add(Finding.error(
                        path, 1, 1, null, "The shipped baseline has a file of this name. Choose another name.")));
        return findings;
    }

    /** Rules of this document whose name says that they are of the baseline. */
    List<Finding> reserved(List<PolicyRule> rules) {
        return rules.stream()
                .filter(rule -> files.containsKey(rule.file()) && rule.id().startsWith(RESERVED))
                .map(rule -> Finding.error(
                        rule.file(),
                        rule.line(),
                        1,
                        rule.id(),
                        "The ids that begin with " + RESERVED + " are those of the shipped baseline. Choose another."))
                .toList();
    }

    private static boolean isTest(String path) {
        return path.startsWith("tests/");
    }

    private static boolean isText(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
