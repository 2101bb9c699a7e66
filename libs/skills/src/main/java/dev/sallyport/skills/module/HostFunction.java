package dev.sallyport.skills.module;

import dev.sallyport.skills.manifest.CapabilityKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The functions that a module may import, from the module {@value #MODULE}; there are no others. Pointers and lengths are
 * in bytes of the module's memory. Where a result is one of {@code i32}, a negative one is a {@link HostAnswer}.
 */
public enum HostFunction {
    /** {@code log(level, text, length)}: one line for the record of the call; level 0 to 3, rising. */
    LOG("log", "i32 i32 i32 ->", null),
    /** {@code now_ms()}: the time of the call in milliseconds since 1970, the same throughout the call; or negative. */
    NOW_MS("now_ms", "-> i64", CapabilityKind.CLOCK),
    /** {@code random(buffer, length)}: fills the buffer, of at most 65,536 bytes; 0. */
    RANDOM("random", "i32 i32 -> i32", CapabilityKind.RANDOM),
    /**
     * {@code kv_get(key, length, buffer, capacity)}: the value's length. As much of it as there is room for is written to
     * the buffer.
     */
    KV_GET("kv_get", "i32 i32 i32 i32 -> i32", CapabilityKind.KEY_VALUE),
    /** {@code kv_set(key, length, value, length)}: 0. An empty value takes the key away. */
    KV_SET("kv_set", "i32 i32 i32 i32 -> i32", CapabilityKind.KEY_VALUE),
    /**
     * {@code fs_read(path, length, buffer, capacity)}: the file's length. As much of it as there is room for is written to
     * the buffer.
     */
    FS_READ("fs_read", "i32 i32 i32 i32 -> i32", CapabilityKind.FILES_READ),
    /** {@code fs_write(path, length, content, length)}: 0. The file is made or replaced; its folder must be there. */
    FS_WRITE("fs_write", "i32 i32 i32 i32 -> i32", CapabilityKind.FILES_WRITE),
    /**
     * {@code http_request(request, length, buffer, capacity)}: the response's length. As much of it as there is room for is
     * written to the buffer. A request of length 0 gives the last response again, without asking anybody.
     */
    HTTP_REQUEST("http_request", "i32 i32 i32 i32 -> i32", CapabilityKind.HTTP);

    /** The name of the module that all are imported from. */
    public static final String MODULE = "skill1";

    private final String name;
    private final String type;
    private final @Nullable CapabilityKind capability;

    HostFunction(String name, String type, @Nullable CapabilityKind capability) {
        this.name = name;
        this.type = type;
        this.capability = capability;
    }

    /** The function of this name; empty if there is none. */
    static Optional<HostFunction> find(String name) {
        return Arrays.stream(values())
                .filter(function -> function.name.equals(name))
                .findFirst();
    }

    /** Its name within {@value #MODULE}. */
    public String importName() {
        return name;
    }

    /** The value types of its parameters, like {@code i32}. */
    public List<String> parameters() {
        return type().parameters();
    }

    /** The value types of its results; none or one. */
    public List<String> results() {
        return type().results();
    }

    FunctionType type() {
        return FunctionType.of(type);
    }

    /** What the manifest must ask for and the operator must grant; empty for what every module may do. */
    public Optional<CapabilityKind> capability() {
        return Optional.ofNullable(capability);
    }
}
