package dev.sallyport.identity.protect;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.Malformed;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A root key in the macOS keychain of the user who runs the service: one generic password of ours ({@code SecItem.h} of
 * Security.framework). No other item is read, changed or removed, and nothing asks a person.
 */
@SuppressWarnings("restricted")
final class KeychainKeyProtector extends RootKeyProtector {
    static final String SECURITY = "/System/Library/Frameworks/Security.framework/Security";
    static final String FOUNDATION = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";

    /** {@code OSStatus} is an int, {@code CFIndex} a long, every reference a pointer. */
    static final Map<String, NativeCall> CALLS = List.of(
                    new NativeCall("SecItemAdd", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
                    new NativeCall("SecItemCopyMatching", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
                    new NativeCall("SecItemDelete", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                    new NativeCall(
                            "CFStringCreateWithCString", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT)),
                    new NativeCall("CFDataCreate", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG)),
                    new NativeCall("CFDataGetLength", FunctionDescriptor.of(JAVA_LONG, ADDRESS)),
                    new NativeCall("CFDataGetBytePtr", FunctionDescriptor.of(ADDRESS, ADDRESS)),
                    new NativeCall(
                            "CFDictionaryCreate",
                            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS)),
                    new NativeCall("CFRelease", FunctionDescriptor.ofVoid(ADDRESS)))
            .stream()
            .collect(Collectors.toUnmodifiableMap(NativeCall::name, Function.identity()));

    /** Global variables that hold a reference each. */
    static final List<String> CONSTANTS = List.of(
            "kSecClass",
            "kSecClassGenericPassword",
            "kSecAttrService",
            "kSecAttrAccount",
            "kSecAttrLabel",
            "kSecValueData",
            "kSecReturnData",
            "kSecMatchLimit",
            "kSecMatchLimitOne",
            "kSecUseAuthenticationUI",
            "kSecUseAuthenticationUIFail",
            "kCFBooleanTrue");

    private static final int UTF_8 = 0x08000100;
    private static final int NOT_FOUND = -25300;
    private static final int INTERACTION_NOT_ALLOWED = -25308;
    private static final int AUTHENTICATION_FAILED = -25293;
    private static final String SERVICE = "dev.sallyport";

    private final String fleet;
    private final String name;
    private final Map<String, MethodHandle> calls;
    private final SymbolLookup library;

    private KeychainKeyProtector(String fleet, String name) {
        this.fleet = fleet;
        this.name = name;
        this.library = NativeCall.library(SECURITY).or(NativeCall.library(FOUNDATION));
        this.calls = CALLS.values().stream().collect(Collectors.toMap(NativeCall::name, call -> call.in(library)));
    }

    /**
     * The key of that name.
     *
     * @param create whether it is made if it is not there
     * @throws FleetState when this is not macOS, the keychain is locked, or the key is not there
     */
    public static KeychainKeyProtector open(String fleet, String name, boolean create) {
        if (!System.getProperty("os.name", "").startsWith("Mac")) {
            throw new FleetState("the keychain is macOS' own; this is " + System.getProperty("os.name"));
        }
        KeychainKeyProtector protector = new KeychainKeyProtector(fleet, name);
        protector.orRefuse();
        if (create && protector.find(name) == null) {
            byte[] key = AesGcm.randomKey();
            protector.add(name, key);
            Arrays.fill(key, (byte) 0);
        }
        Arrays.fill(protector.rootKey(), (byte) 0);
        return protector;
    }

    @Override
    public String id() {
        return "keychain";
    }

    @Override
    public Availability probe() {
        byte[] sample = AesGcm.randomKey();
        String place = "probe-" + HexFormat.of().formatHex(sample, 0, 8);
        try {
            add(place, sample);
            byte[] back = find(place);
            remove(place);
            boolean whole = back != null && MessageDigest.isEqual(sample, back) && find(place) == null;
            return whole
                    ? new Availability.Available()
                    : new Availability.Absent("the keychain does not give back what was stored");
        } catch (KeychainLocked e) {
            return new Availability.Locked(String.valueOf(e.getMessage()));
        } catch (IdentityException e) {
            return new Availability.Absent(String.valueOf(e.getMessage()));
        }
    }

    /** The keychain would have to ask a person. */
    private static final class KeychainLocked extends RuntimeException {
        KeychainLocked() {
            super("the keychain is locked. Unlock it as its user (security unlock-keychain), then start again");
        }
    }

    @Override
    protected byte[] rootKey() {
        byte[] key;
        try {
            key = find(name);
        } catch (KeychainLocked e) {
            throw new FleetState(String.valueOf(e.getMessage()));
        }
        if (key == null) {
            throw new FleetState("the keychain has no key '" + name + "' of fleet " + fleet
                    + ". Restore the keychain from its backup; without it nothing sealed under it can be opened");
        }
        if (key.length != AesGcm.KEY_BYTES) {
            throw new Malformed("the keychain's item '" + name + "' is not a key");
        }
        return key;
    }

    private void add(String item, byte[] value) {
        with(item, Map.of(), value, (query, _) -> {
            refuse(status("SecItemAdd", query, MemorySegment.NULL));
            return null;
        });
    }

    private byte @Nullable [] find(String item) {
        return with(
                item,
                Map.of(
                        "kSecReturnData", "kCFBooleanTrue",
                        "kSecMatchLimit", "kSecMatchLimitOne",
                        "kSecUseAuthenticationUI", "kSecUseAuthenticationUIFail"),
                null,
                (query, arena) -> {
                    MemorySegment result = arena.allocate(ADDRESS);
                    int status = status("SecItemCopyMatching", query, result);
                    if (status == NOT_FOUND) {
                        return null;
                    }
                    refuse(status);
                    MemorySegment data = result.get(ADDRESS, 0);
                    long length = (long) invoke("CFDataGetLength", data);
                    byte[] bytes = ((MemorySegment) invoke("CFDataGetBytePtr", data))
                            .reinterpret(length)
                            .toArray(JAVA_BYTE);
                    invoke("CFRelease", data);
                    return bytes;
                });
    }

    private void remove(String item) {
        with(item, Map.of(), null, (query, _) -> {
            refuse(status("SecItemDelete", query));
            return null;
        });
    }

    private interface Act {
        byte @Nullable [] run(MemorySegment query, Arena arena);
    }

    /** Runs an act on the one item of ours with that name. */
    private byte @Nullable [] with(String item, Map<String, String> more, byte @Nullable [] value, Act act) {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> owned = new ArrayList<>();
            try {
                Map<MemorySegment, MemorySegment> query = new LinkedHashMap<>();
                query.put(constant("kSecClass"), constant("kSecClassGenericPassword"));
                query.put(constant("kSecAttrService"), text(arena, SERVICE, owned));
                query.put(constant("kSecAttrAccount"), text(arena, fleet + "/" + item, owned));
                more.forEach((key, constant) -> query.put(constant(key), constant(constant)));
                if (value != null) {
                    query.put(constant("kSecAttrLabel"), text(arena, "Sallyport root key (" + item + ")", owned));
                    query.put(constant("kSecValueData"), owned(owned, (MemorySegment)
                            invoke("CFDataCreate", MemorySegment.NULL, arena.allocateFrom(JAVA_BYTE, value), (long)
                                    value.length)));
                }
                MemorySegment dictionary = owned(owned, (MemorySegment) invoke(
                        "CFDictionaryCreate",
                        MemorySegment.NULL,
                        array(arena, query.keySet()),
                        array(arena, query.values()),
                        (long) query.size(),
                        symbol("kCFTypeDictionaryKeyCallBacks"),
                        symbol("kCFTypeDictionaryValueCallBacks")));
                return act.run(dictionary, arena);
            } finally {
                owned.reversed().forEach(reference -> invoke("CFRelease", reference));
            }
        }
    }

    private static void refuse(int status) {
        if (status == INTERACTION_NOT_ALLOWED || status == AUTHENTICATION_FAILED) {
            throw new KeychainLocked();
        }
        if (status != 0) {
            throw new FleetState("the keychain answered with error " + status + " (security error " + status + ")");
        }
    }

    private MemorySegment text(Arena arena, String text, List<MemorySegment> owned) {
        return owned(owned, (MemorySegment)
                invoke("CFStringCreateWithCString", MemorySegment.NULL, arena.allocateFrom(text), UTF_8));
    }

    private static MemorySegment owned(List<MemorySegment> owned, MemorySegment reference) {
        if (reference.equals(MemorySegment.NULL)) {
            throw new FleetState("the system could not make a value for the keychain");
        }
        owned.add(reference);
        return reference;
    }

    private static MemorySegment array(Arena arena, Iterable<MemorySegment> references) {
        List<MemorySegment> all = new ArrayList<>();
        references.forEach(all::add);
        MemorySegment array = arena.allocate(ADDRESS, all.size());
        for (int i = 0; i < all.size(); i++) {
            array.setAtIndex(ADDRESS, i, all.get(i));
        }
        return array;
    }

    private MemorySegment constant(String name) {
        return symbol(name).reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0);
    }

    private MemorySegment symbol(String name) {
        return library.find(name).orElseThrow(() -> new FleetState("the system's library has no " + name));
    }

    private int status(String call, Object... arguments) {
        return (int) invoke(call, arguments);
    }

    @SuppressWarnings("NullAway") // A void function answers null, which nobody reads.
    private Object invoke(String call, Object... arguments) {
        try {
            return calls.get(call).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw NativeCall.impossible(e);
        }
    }
}
