package dev.sallyport.executor.sandbox.windows;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A Windows that does nothing but write down what it is asked, and keep count of what it has handed out. */
@SuppressWarnings("restricted")
final class RecordedWin32 implements Win32 {
    static final long SID = 0x51D0;

    final List<Function> calls = new ArrayList<>();
    final Set<Long> openHandles = new TreeSet<>();
    final List<Long> attributes = new ArrayList<>();
    int openSids;
    int terminated;
    int creationFlags;
    List<Long> inherited = List.of();
    int failAt = -1;
    boolean inJob = true;
    boolean inContainer = true;
    int capabilities;
    boolean sameContainer = true;
    long processesAllowed = -1;
    boolean profileExists;
    private long next = 100;
    private byte[] limits = new byte[0];

    private long handle() {
        next += 4;
        openHandles.add(next);
        return next;
    }

    private static MemorySegment out(Object argument, long size) {
        return ((MemorySegment) argument).reinterpret(size);
    }

    @Override
    public Answer call(Function function, Object... arguments) {
        assertThat(arguments)
                .as("arguments of " + function)
                .hasSize(function.type().argumentLayouts().size());
        for (int each = 0; each < arguments.length; each++) {
            MemoryLayout type = function.type().argumentLayouts().get(each);
            Class<?> carrier =
                    type.equals(ADDRESS) ? MemorySegment.class : type.equals(JAVA_LONG) ? Long.class : Integer.class;
            assertThat(arguments[each])
                    .as("argument " + each + " of " + function)
                    .isInstanceOf(carrier);
        }
        if (calls.size() == failAt) {
            calls.add(function);
            return failed(function);
        }
        calls.add(function);
        return answer(function, arguments);
    }

    private static Answer failed(Function function) {
        return switch (function) {
            case CREATE_APP_CONTAINER_PROFILE, DERIVE_APP_CONTAINER_SID -> new Answer(0x80070005, 0);
            case GET_NAMED_SECURITY_INFO, SET_ENTRIES_IN_ACL, SET_NAMED_SECURITY_INFO -> new Answer(5, 0);
            default -> new Answer(0, 5);
        };
    }

    private Answer answer(Function function, Object... arguments) {
        switch (function) {
            case CREATE_APP_CONTAINER_PROFILE -> {
                if (profileExists) {
                    return new Answer(0x800700B7, 0);
                }
                return sid(arguments[5]);
            }
            case DERIVE_APP_CONTAINER_SID -> {
                return sid(arguments[1]);
            }
            case FREE_SID -> openSids--;
            case GET_NAMED_SECURITY_INFO, SET_ENTRIES_IN_ACL, SET_NAMED_SECURITY_INFO, LOCAL_FREE -> {
                return new Answer(0, 0);
            }
            case GET_CURRENT_PROCESS -> {
                return new Answer(-1, 0);
            }
            case OPEN_PROCESS_TOKEN -> out(arguments[2], 8).set(JAVA_LONG, 0, handle());
            case CREATE_RESTRICTED_TOKEN -> out(arguments[8], 8).set(JAVA_LONG, 0, handle());
            case CREATE_JOB_OBJECT -> {
                return new Answer(handle(), 0);
            }
            case SET_INFORMATION_JOB_OBJECT -> {
                if ((int) arguments[1] == JobLimits.EXTENDED) {
                    limits = ((MemorySegment) arguments[2]).toArray(JAVA_BYTE);
                }
            }
            case QUERY_INFORMATION_JOB_OBJECT -> {
                MemorySegment told = (MemorySegment) arguments[2];
                told.copyFrom(MemorySegment.ofArray(limits));
                if (processesAllowed >= 0) {
                    Structs.set(
                            Structs.EXTENDED_LIMITS,
                            told,
                            processesAllowed,
                            "BasicLimitInformation",
                            "ActiveProcessLimit");
                }
            }
            case IS_PROCESS_IN_JOB -> out(arguments[2], 4).set(JAVA_INT, 0, inJob ? 1 : 0);
            case CREATE_PIPE -> {
                out(arguments[0], 8).set(JAVA_LONG, 0, handle());
                out(arguments[1], 8).set(JAVA_LONG, 0, handle());
            }
            case INITIALIZE_ATTRIBUTE_LIST -> {
                out(arguments[3], 8).set(JAVA_LONG, 0, 256);
                return ((MemorySegment) arguments[0]).address() == 0 ? new Answer(0, 122) : new Answer(1, 0);
            }
            case UPDATE_ATTRIBUTE -> {
                attributes.add((long) arguments[2]);
                if ((long) arguments[2] == AppContainerLauncher.ATTRIBUTE_HANDLE_LIST) {
                    long[] handles = ((MemorySegment) arguments[3]).toArray(JAVA_LONG);
                    inherited = Arrays.stream(handles).boxed().toList();
                }
            }
            case CREATE_PROCESS_AS_USER -> {
                creationFlags = (int) arguments[6];
                MemorySegment made = (MemorySegment) arguments[10];
                Structs.set(Structs.PROCESS, made, handle(), "hProcess");
                Structs.set(Structs.PROCESS, made, handle(), "hThread");
            }
            case GET_TOKEN_INFORMATION -> {
                MemorySegment told = (MemorySegment) arguments[2];
                switch ((int) arguments[1]) {
                    case 29 -> told.set(JAVA_INT, 0, inContainer ? 1 : 0);
                    case 30 -> told.set(JAVA_INT, 0, capabilities);
                    default -> told.set(ADDRESS, 0, MemorySegment.ofAddress(SID));
                }
            }
            case EQUAL_SID -> {
                return new Answer(sameContainer ? 1 : 0, 0);
            }
            case TERMINATE_PROCESS -> terminated++;
            case CLOSE_HANDLE ->
                assertThat(openHandles.remove((Long) arguments[0]))
                        .as("closed twice: " + arguments[0])
                        .isTrue();
            default -> {}
        }
        return new Answer(1, 0);
    }

    private Answer sid(Object into) {
        out(into, 8).set(ADDRESS, 0, MemorySegment.ofAddress(SID));
        openSids++;
        return new Answer(0, 0);
    }
}
