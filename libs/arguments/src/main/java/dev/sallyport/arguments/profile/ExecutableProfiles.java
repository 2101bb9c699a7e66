package dev.sallyport.arguments.profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The profiles of all programs, one immutable set. */
public final class ExecutableProfiles {
    private static final String INDEX = "index.json";

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // A flag that is left out is not set.
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private static final ExecutableProfiles SHIPPED = load();

    private final Map<String, ExecutableProfile> profiles;
    private final String digest;

    private ExecutableProfiles(Map<String, ExecutableProfile> profiles, String digest) {
        this.profiles = profiles;
        this.digest = digest;
    }

    /** Those that are part of this build, the same for the service that decides and the node that runs. */
    public static ExecutableProfiles shipped() {
        return SHIPPED;
    }

    /**
     * Reads the arguments of a call.
     *
     * @param program logical name, null for a tool that starts none
     */
    public ArgumentReading read(@Nullable String program, List<String> arguments) {
        ExecutableProfile profile = program == null ? null : profiles.get(program);
        return profile == null
                ? ArgumentReading.withoutProfile(String.valueOf(program), arguments)
                : ArgumentReading.of(profile, arguments);
    }

    /**
     * What the profile of a program says, for people; empty for a program without one.
     *
     * @param program logical name
     */
    public Optional<ProfileOutline> outline(String program) {
        return Optional.ofNullable(profiles.get(program)).map(ProfileOutline::of);
    }

    /** The version of the set: SHA-256 over its files in the order of their names, lower-case hex. */
    public String digest() {
        return digest;
    }

    /** All of them, by name. */
    Collection<ExecutableProfile> all() {
        return profiles.values();
    }

    /** The profile in a file's bytes; unknown or doubled members and unknown words are refused. */
    static ExecutableProfile parse(byte[] json) {
        return STRICT.readValue(json, ExecutableProfile.class);
    }

    private static ExecutableProfiles load() {
        try {
            Map<String, ExecutableProfile> profiles = new TreeMap<>();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : STRICT.readValue(bytes(INDEX), String[].class)) {
                byte[] json = bytes(name + ".json");
                digest.update(json);
                ExecutableProfile profile = parse(json);
                if (!profile.program().equals(name) || profiles.put(name, profile) != null) {
                    throw new IllegalStateException("the profile of " + name + " is of another program, or doubled");
                }
            }
            return new ExecutableProfiles(profiles, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException("the profiles of programs cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(ExecutableProfiles.class.getResourceAsStream(name), name)) {
            return file.readAllBytes();
        }
    }
}
