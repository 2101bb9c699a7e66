package dev.sallyport.identity.protect;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sallyport.identity.IdentityException.FleetState;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * libsecret's simple API, and the little of GLib that it needs (libsecret 0.21, headers {@code secret-password.h},
 * {@code secret-collection.h}; GLib 2, {@code ghash.h}, {@code gerror.h}). Only items with our own attributes are ever
 * named, so nobody else's can be touched; nothing here unlocks, and nothing asks a person.
 */
@SuppressWarnings("restricted")
final class SecretServiceCalls {
    /** {@code SecretSchemaAttribute}: a name and a type. */
    static final StructLayout ATTRIBUTE = MemoryLayout.structLayout(
            ADDRESS.withName("name"), JAVA_INT.withName("type"), MemoryLayout.paddingLayout(4));

    /** {@code SecretSchema}, with room for 32 attributes; its end is reserved. */
    static final StructLayout SCHEMA = MemoryLayout.structLayout(
            ADDRESS.withName("name"),
            JAVA_INT.withName("flags"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.sequenceLayout(32, ATTRIBUTE).withName("attributes"),
            JAVA_INT.withName("reserved"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.sequenceLayout(7, ADDRESS).withName("reserved1"));

    /** {@code GError}: domain, code, message. */
    static final StructLayout ERROR = MemoryLayout.structLayout(
            JAVA_INT.withName("domain"), JAVA_INT.withName("code"), ADDRESS.withName("message"));

    static final Map<String, NativeCall> CALLS = table(
            new NativeCall("g_hash_table_new", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS)),
            new NativeCall("g_hash_table_insert", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS)),
            new NativeCall("g_hash_table_unref", FunctionDescriptor.ofVoid(ADDRESS)),
            new NativeCall("g_error_free", FunctionDescriptor.ofVoid(ADDRESS)),
            new NativeCall("g_object_unref", FunctionDescriptor.ofVoid(ADDRESS)),
            new NativeCall("g_bus_get_sync", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS)),
            new NativeCall("g_dbus_connection_set_exit_on_close", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT)),
            new NativeCall(
                    "secret_password_storev_sync",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
            new NativeCall(
                    "secret_password_lookupv_sync", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
            new NativeCall(
                    "secret_password_clearv_sync", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
            new NativeCall("secret_password_free", FunctionDescriptor.ofVoid(ADDRESS)),
            new NativeCall("secret_service_get_sync", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS)),
            new NativeCall(
                    "secret_collection_for_alias_sync",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS)),
            new NativeCall("secret_collection_get_locked", FunctionDescriptor.of(JAVA_INT, ADDRESS)));

    private static final int SESSION_BUS = 2;
    private static final String SCHEMA_NAME = "dev.sallyport.KeyProtector";
    private static final List<String> ATTRIBUTES = List.of("application", "fleet", "name");
    private static final long LONGEST = 1024;

    private final Map<String, MethodHandle> calls;
    private final SymbolLookup glib;
    private final MemorySegment schema;

    /**
     * Binds the libraries, and keeps the end of the session's bus from ending this process.
     *
     * @throws FleetState when a library or the session's bus is missing
     */
    SecretServiceCalls() {
        SymbolLookup secret = NativeCall.library("libsecret-1.so.0");
        SymbolLookup all = NativeCall.library("libglib-2.0.so.0")
                .or(NativeCall.library("libgobject-2.0.so.0"))
                .or(NativeCall.library("libgio-2.0.so.0"))
                .or(secret);
        glib = all;
        calls = CALLS.values().stream().collect(Collectors.toMap(NativeCall::name, call -> call.in(all)));
        schema = schema(Arena.global());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ADDRESS);
            MemorySegment bus = pointer("g_bus_get_sync", SESSION_BUS, MemorySegment.NULL, error);
            refuse(error);
            // By default GLib raises SIGTERM in a process whose session bus has gone.
            run("g_dbus_connection_set_exit_on_close", bus, 0);
        }
    }

    /** Whether the collection that new items go to is locked; null when there is none. */
    @Nullable
    Boolean locked() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ADDRESS);
            MemorySegment service = pointer("secret_service_get_sync", 0, MemorySegment.NULL, error);
            refuse(error);
            try {
                MemorySegment collection = pointer(
                        "secret_collection_for_alias_sync",
                        service,
                        arena.allocateFrom("default"),
                        0,
                        MemorySegment.NULL,
                        error);
                refuse(error);
                if (collection.equals(MemorySegment.NULL)) {
                    return null;
                }
                boolean locked = number("secret_collection_get_locked", collection) != 0;
                run("g_object_unref", collection);
                return locked;
            } finally {
                run("g_object_unref", service);
            }
        }
    }

    /** Stores a text; one with the same attributes is replaced. */
    void store(Map<String, String> attributes, String label, String text) {
        with(attributes, (arena, error, table) -> {
            number(
                    "secret_password_storev_sync",
                    schema,
                    table,
                    arena.allocateFrom("default"),
                    arena.allocateFrom(label),
                    arena.allocateFrom(text),
                    MemorySegment.NULL,
                    error);
            return "";
        });
    }

    /** The text with exactly these attributes; null when there is none. */
    @Nullable
    String lookup(Map<String, String> attributes) {
        return with(attributes, (_, error, table) -> {
            MemorySegment found = pointer("secret_password_lookupv_sync", schema, table, MemorySegment.NULL, error);
            if (found.equals(MemorySegment.NULL)) {
                return null;
            }
            String text = found.reinterpret(LONGEST).getString(0);
            run("secret_password_free", found);
            return text;
        });
    }

    /** Removes the item with exactly these attributes, if there is one. */
    void clear(Map<String, String> attributes) {
        with(attributes, (_, error, table) -> {
            number("secret_password_clearv_sync", schema, table, MemorySegment.NULL, error);
            return "";
        });
    }

    private interface Act {
        @Nullable
        String run(Arena arena, MemorySegment error, MemorySegment table);
    }

    private @Nullable String with(Map<String, String> attributes, Act act) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ADDRESS);
            MemorySegment table = pointer("g_hash_table_new", symbol("g_str_hash"), symbol("g_str_equal"));
            try {
                attributes.forEach((name, value) ->
                        number("g_hash_table_insert", table, arena.allocateFrom(name), arena.allocateFrom(value)));
                String result = act.run(arena, error, table);
                refuse(error);
                return result;
            } finally {
                run("g_hash_table_unref", table);
            }
        }
    }

    /** Frees the error: libsecret must not find an old one in its place. */
    private void refuse(MemorySegment holder) {
        MemorySegment error = holder.get(ADDRESS, 0);
        if (!error.equals(MemorySegment.NULL)) {
            String message = error.reinterpret(ERROR.byteSize())
                    .get(ADDRESS, ERROR.byteOffset(MemoryLayout.PathElement.groupElement("message")))
                    .reinterpret(LONGEST * 4)
                    .getString(0);
            run("g_error_free", error);
            holder.set(ADDRESS, 0, MemorySegment.NULL);
            throw new FleetState("the Secret Service answered: " + message);
        }
    }

    private static MemorySegment schema(Arena arena) {
        MemorySegment schema = arena.allocate(SCHEMA);
        schema.set(ADDRESS, 0, arena.allocateFrom(SCHEMA_NAME));
        long attributes = SCHEMA.byteOffset(MemoryLayout.PathElement.groupElement("attributes"));
        for (int i = 0; i < ATTRIBUTES.size(); i++) {
            // The type of a text is 0, as everything else in the schema.
            schema.set(ADDRESS, attributes + i * ATTRIBUTE.byteSize(), arena.allocateFrom(ATTRIBUTES.get(i)));
        }
        return schema;
    }

    private MemorySegment symbol(String name) {
        return glib.find(name).orElseThrow(() -> new FleetState("GLib has no " + name));
    }

    private MemorySegment pointer(String name, Object... arguments) {
        return (MemorySegment) invoke(name, arguments);
    }

    private int number(String name, Object... arguments) {
        return (int) invoke(name, arguments);
    }

    private void run(String name, Object... arguments) {
        invoke(name, arguments);
    }

    @SuppressWarnings("NullAway") // A void function answers null, which nobody reads.
    private Object invoke(String name, Object... arguments) {
        try {
            return calls.get(name).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw NativeCall.impossible(e);
        }
    }

    private static Map<String, NativeCall> table(NativeCall... calls) {
        return List.of(calls).stream().collect(Collectors.toUnmodifiableMap(NativeCall::name, Function.identity()));
    }
}
