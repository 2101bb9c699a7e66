package dev.sallyport.executor.sandbox.windows;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/** Structures of 64-bit Windows, field by field as the headers have them (winnt.h, processthreadsapi.h, accctrl.h). */
final class Structs {
    static final StructLayout BASIC_LIMITS = struct(
            JAVA_LONG.withName("PerProcessUserTimeLimit"),
            JAVA_LONG.withName("PerJobUserTimeLimit"),
            JAVA_INT.withName("LimitFlags"),
            JAVA_LONG.withName("MinimumWorkingSetSize"),
            JAVA_LONG.withName("MaximumWorkingSetSize"),
            JAVA_INT.withName("ActiveProcessLimit"),
            JAVA_LONG.withName("Affinity"),
            JAVA_INT.withName("PriorityClass"),
            JAVA_INT.withName("SchedulingClass"));

    static final StructLayout IO_COUNTERS = struct(
            JAVA_LONG.withName("ReadOperationCount"),
            JAVA_LONG.withName("WriteOperationCount"),
            JAVA_LONG.withName("OtherOperationCount"),
            JAVA_LONG.withName("ReadTransferCount"),
            JAVA_LONG.withName("WriteTransferCount"),
            JAVA_LONG.withName("OtherTransferCount"));

    /** JOBOBJECT_EXTENDED_LIMIT_INFORMATION, information class 9. */
    static final StructLayout EXTENDED_LIMITS = struct(
            BASIC_LIMITS.withName("BasicLimitInformation"),
            IO_COUNTERS.withName("IoInfo"),
            JAVA_LONG.withName("ProcessMemoryLimit"),
            JAVA_LONG.withName("JobMemoryLimit"),
            JAVA_LONG.withName("PeakProcessMemoryUsed"),
            JAVA_LONG.withName("PeakJobMemoryUsed"));

    /** JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, information class 1; times are in 100 ns. */
    static final StructLayout ACCOUNTING = struct(
            JAVA_LONG.withName("TotalUserTime"),
            JAVA_LONG.withName("TotalKernelTime"),
            JAVA_LONG.withName("ThisPeriodTotalUserTime"),
            JAVA_LONG.withName("ThisPeriodTotalKernelTime"),
            JAVA_INT.withName("TotalPageFaultCount"),
            JAVA_INT.withName("TotalProcesses"),
            JAVA_INT.withName("ActiveProcesses"),
            JAVA_INT.withName("TotalTerminatedProcesses"));

    static final StructLayout SECURITY_ATTRIBUTES = struct(
            JAVA_INT.withName("nLength"),
            ADDRESS.withName("lpSecurityDescriptor"),
            JAVA_INT.withName("bInheritHandle"));

    static final StructLayout SECURITY_CAPABILITIES = struct(
            ADDRESS.withName("AppContainerSid"),
            ADDRESS.withName("Capabilities"),
            JAVA_INT.withName("CapabilityCount"),
            JAVA_INT.withName("Reserved"));

    /** STARTUPINFOEXW: STARTUPINFOW and the list. */
    static final StructLayout STARTUP = struct(
            JAVA_INT.withName("cb"),
            ADDRESS.withName("lpReserved"),
            ADDRESS.withName("lpDesktop"),
            ADDRESS.withName("lpTitle"),
            JAVA_INT.withName("dwX"),
            JAVA_INT.withName("dwY"),
            JAVA_INT.withName("dwXSize"),
            JAVA_INT.withName("dwYSize"),
            JAVA_INT.withName("dwXCountChars"),
            JAVA_INT.withName("dwYCountChars"),
            JAVA_INT.withName("dwFillAttribute"),
            JAVA_INT.withName("dwFlags"),
            JAVA_SHORT.withName("wShowWindow"),
            JAVA_SHORT.withName("cbReserved2"),
            ADDRESS.withName("lpReserved2"),
            JAVA_LONG.withName("hStdInput"),
            JAVA_LONG.withName("hStdOutput"),
            JAVA_LONG.withName("hStdError"),
            ADDRESS.withName("lpAttributeList"));

    static final StructLayout PROCESS = struct(
            JAVA_LONG.withName("hProcess"),
            JAVA_LONG.withName("hThread"),
            JAVA_INT.withName("dwProcessId"),
            JAVA_INT.withName("dwThreadId"));

    /** EXPLICIT_ACCESS_W with its TRUSTEE_W. */
    static final StructLayout EXPLICIT_ACCESS = struct(
            JAVA_INT.withName("grfAccessPermissions"),
            JAVA_INT.withName("grfAccessMode"),
            JAVA_INT.withName("grfInheritance"),
            ADDRESS.withName("pMultipleTrustee"),
            JAVA_INT.withName("MultipleTrusteeOperation"),
            JAVA_INT.withName("TrusteeForm"),
            JAVA_INT.withName("TrusteeType"),
            ADDRESS.withName("ptstrName"));

    private Structs() {}

    /** With the gaps that a C compiler leaves: each field at a multiple of what it is aligned to, and so the whole. */
    private static StructLayout struct(MemoryLayout... fields) {
        List<MemoryLayout> all = new ArrayList<>();
        long at = 0;
        long widest = 1;
        for (MemoryLayout field : fields) {
            at = padded(all, at, field.byteAlignment());
            all.add(field);
            at += field.byteSize();
            widest = Math.max(widest, field.byteAlignment());
        }
        padded(all, at, widest);
        return MemoryLayout.structLayout(all.toArray(MemoryLayout[]::new));
    }

    private static long padded(List<MemoryLayout> all, long at, long alignment) {
        long gap = (alignment - at % alignment) % alignment;
        if (gap > 0) {
            all.add(MemoryLayout.paddingLayout(gap));
        }
        return at + gap;
    }

    static void set(StructLayout layout, MemorySegment struct, long value, String... path) {
        long at = offset(layout, path);
        if (field(layout, path).byteSize() == 8) {
            struct.set(JAVA_LONG, at, value);
        } else {
            struct.set(JAVA_INT, at, (int) value);
        }
    }

    static void set(StructLayout layout, MemorySegment struct, MemorySegment value, String field) {
        struct.set(ADDRESS, offset(layout, field), value);
    }

    /** A field of 32 bits as the number without a sign that it is. */
    static long get(StructLayout layout, MemorySegment struct, String... path) {
        long at = offset(layout, path);
        return field(layout, path).byteSize() == 8
                ? struct.get(JAVA_LONG, at)
                : Integer.toUnsignedLong(struct.get(JAVA_INT, at));
    }

    static long offset(StructLayout layout, String... path) {
        return layout.byteOffset(elements(path));
    }

    private static MemoryLayout field(StructLayout layout, String... path) {
        return layout.select(elements(path));
    }

    private static PathElement[] elements(String... path) {
        return List.of(path).stream().map(PathElement::groupElement).toArray(PathElement[]::new);
    }
}
