package dev.sallyport.identity.protect;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.security.MessageDigest;
import java.util.List;

/**
 * Windows' own protection of data (DPAPI, {@code dpapi.h}): keys are wrapped under the master key of the user who runs
 * the service, which Windows keeps. Other users of the machine, and a copy of its disk without the user's credentials,
 * unwrap nothing. The context is the optional entropy, so that it has to be the same again.
 */
@SuppressWarnings("restricted")
final class DpapiKeyProtector implements KeyProtector {
    /** {@code DATA_BLOB}: a length and a pointer. */
    static final StructLayout BLOB = MemoryLayout.structLayout(
            JAVA_INT.withName("cbData"), MemoryLayout.paddingLayout(4), ADDRESS.withName("pbData"));

    /** {@code BOOL CryptProtectData(DATA_BLOB*, LPCWSTR, DATA_BLOB*, PVOID, PROMPTSTRUCT*, DWORD, DATA_BLOB*)}. */
    static final NativeCall PROTECT = new NativeCall(
            "CryptProtectData",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));

    /** The same with {@code LPWSTR*} in the second place. */
    static final NativeCall UNPROTECT = new NativeCall("CryptUnprotectData", PROTECT.type());

    /** {@code HLOCAL LocalFree(HLOCAL)}. */
    static final NativeCall FREE = new NativeCall("LocalFree", FunctionDescriptor.of(ADDRESS, ADDRESS));

    /** {@code CRYPTPROTECT_UI_FORBIDDEN}: nothing asks a person. */
    static final int UI_FORBIDDEN = 1;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private final MethodHandle protect;
    private final MethodHandle unprotect;
    private final MethodHandle free;
    private final VarHandle lastError;

    private DpapiKeyProtector() {
        // Other systems have no such state, and refuse its name.
        Linker.Option capture = Linker.Option.captureCallState("GetLastError");
        lastError = STATE.varHandle(MemoryLayout.PathElement.groupElement("GetLastError"));
        protect = PROTECT.in(NativeCall.library("crypt32.dll"), capture);
        unprotect = UNPROTECT.in(NativeCall.library("crypt32.dll"), capture);
        free = FREE.in(NativeCall.library("kernel32.dll"));
    }

    /**
     * The protection of the user who runs this process.
     *
     * @throws FleetState when this is not Windows
     */
    public static DpapiKeyProtector open() {
        if (!System.getProperty("os.name", "").startsWith("Windows")) {
            throw new FleetState("DPAPI is Windows' own; this is " + System.getProperty("os.name"));
        }
        return new DpapiKeyProtector();
    }

    @Override
    public String id() {
        return "dpapi";
    }

    @Override
    public Availability probe() {
        byte[] sample = AesGcm.randomKey();
        byte[] context = {1};
        try {
            return MessageDigest.isEqual(sample, unwrap(wrap(sample, context), context))
                    ? new Availability.Available()
                    : new Availability.Absent("DPAPI does not give back what it was given");
        } catch (IdentityException e) {
            return new Availability.Absent(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public byte[] wrap(byte[] key, byte[] context) {
        return call(protect, key, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
        return call(unprotect, wrapped, context);
    }

    private byte[] call(MethodHandle function, byte[] data, byte[] context) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment out = arena.allocate(BLOB);
            int done = (int) function.invokeWithArguments(List.of(
                    state,
                    blob(arena, data),
                    MemorySegment.NULL,
                    blob(arena, context),
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    UI_FORBIDDEN,
                    out));
            if (done == 0) {
                throw new SealBroken("DPAPI refused with error " + (int) lastError.get(state, 0L)
                        + ": wrapped by another user or for another purpose, or changed since");
            }
            return taken(out);
        } catch (SealBroken e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.impossible(e);
        }
    }

    /** The bytes of a blob that Windows has allocated, which are zeroed and freed. */
    private byte[] taken(MemorySegment out) throws Throwable {
        MemorySegment allocated = out.get(ADDRESS, BLOB.byteOffset(MemoryLayout.PathElement.groupElement("pbData")));
        MemorySegment bytes = allocated.reinterpret(Integer.toUnsignedLong(out.get(JAVA_INT, 0)));
        byte[] content = bytes.toArray(JAVA_BYTE);
        bytes.fill((byte) 0);
        free.invokeWithArguments(allocated);
        return content;
    }

    static MemorySegment blob(Arena arena, byte[] bytes) {
        MemorySegment blob = arena.allocate(BLOB);
        blob.set(JAVA_INT, 0, bytes.length);
        blob.set(
                ADDRESS,
                BLOB.byteOffset(MemoryLayout.PathElement.groupElement("pbData")),
                arena.allocateFrom(JAVA_BYTE, bytes));
        return blob;
    }
}
