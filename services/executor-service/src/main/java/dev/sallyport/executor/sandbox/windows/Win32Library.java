package dev.sallyport.executor.sandbox.windows;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The functions of this Windows. */
@SuppressWarnings("restricted")
final class Win32Library implements Win32 {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private final Map<Function, MethodHandle> functions = new EnumMap<>(Function.class);
    private final long lastError = STATE.byteOffset(PathElement.groupElement("GetLastError"));

    /** All of them, or {@link java.util.NoSuchElementException} or {@link IllegalArgumentException} for what is missing. */
    Win32Library() {
        Linker.Option capture = Linker.Option.captureCallState("GetLastError");
        for (Function function : Function.values()) {
            SymbolLookup library = SymbolLookup.libraryLookup(function.library() + ".dll", Arena.global());
            functions.put(
                    function,
                    Linker.nativeLinker()
                            .downcallHandle(library.findOrThrow(function.symbol()), function.type(), capture));
        }
    }

    @Override
    public Answer call(Function function, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment state = memory.allocate(STATE);
            all[0] = state;
            Object value = Objects.requireNonNull(functions.get(function)).invokeWithArguments(all);
            long number = value instanceof MemorySegment address ? address.address() : ((Number) value).longValue();
            return new Answer(number, state.get(JAVA_INT, lastError));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
