package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.FleetState;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * A function of a native library, as data: what a header says of it. So the table of a platform can be checked on
 * another one.
 *
 * @param name its symbol
 * @param type its result and parameters, by the C types' sizes on 64-bit machines
 */
@SuppressWarnings("restricted")
record NativeCall(String name, FunctionDescriptor type) {
    /** The function in that library. */
    MethodHandle in(SymbolLookup library, Linker.Option... options) {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.find(name)
                                .orElseThrow(() -> new FleetState("the system's library has no function " + name)),
                        type,
                        options);
    }

    /**
     * A library of the system, for as long as this process lives.
     *
     * @throws FleetState when it is not there
     */
    static SymbolLookup library(String name) {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new FleetState("this machine has no " + name);
        }
    }

    /** What native code cannot throw. */
    static AssertionError impossible(Throwable e) {
        return new AssertionError("a native function threw", e);
    }
}
