package dev.sallyport.executor.sandbox.windows;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

/**
 * The functions of Windows that a sandbox is made with. Handles and sizes are 64 bits wide, BOOL, DWORD and HRESULT 32;
 * a handle is a number here and no address, as nothing is ever read through one.
 */
interface Win32 {
    /** A function as its header has it. */
    enum Function {
        /** HRESULT (name, display name, description, capabilities, how many, SID*). */
        CREATE_APP_CONTAINER_PROFILE(
                "userenv",
                "CreateAppContainerProfile",
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                JAVA_INT,
                ADDRESS),
        /** HRESULT (name, SID*). */
        DERIVE_APP_CONTAINER_SID("userenv", "DeriveAppContainerSidFromAppContainerName", JAVA_INT, ADDRESS, ADDRESS),
        /** PVOID (SID). */
        FREE_SID("advapi32", "FreeSid", ADDRESS, ADDRESS),
        /** BOOL (SID, SID). */
        EQUAL_SID("advapi32", "EqualSid", JAVA_INT, ADDRESS, ADDRESS),
        /** DWORD (name, type, what, owner*, group*, DACL*, SACL*, descriptor*). */
        GET_NAMED_SECURITY_INFO(
                "advapi32",
                "GetNamedSecurityInfoW",
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS),
        /** DWORD (how many, EXPLICIT_ACCESS, old ACL, new ACL*). */
        SET_ENTRIES_IN_ACL("advapi32", "SetEntriesInAclW", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
        /** DWORD (name, type, what, owner, group, DACL, SACL). */
        SET_NAMED_SECURITY_INFO(
                "advapi32",
                "SetNamedSecurityInfoW",
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS),
        /** HLOCAL (HLOCAL). */
        LOCAL_FREE("kernel32", "LocalFree", ADDRESS, ADDRESS),
        /** HANDLE (). */
        GET_CURRENT_PROCESS("kernel32", "GetCurrentProcess", JAVA_LONG),
        /** BOOL (process, access, token*). */
        OPEN_PROCESS_TOKEN("advapi32", "OpenProcessToken", JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS),
        /** BOOL (token, flags, n, SIDs to disable, n, privileges to delete, n, SIDs to restrict, token*). */
        CREATE_RESTRICTED_TOKEN(
                "advapi32",
                "CreateRestrictedToken",
                JAVA_INT,
                JAVA_LONG,
                JAVA_INT,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                ADDRESS),
        /** BOOL (token, class, information, length, needed*). */
        GET_TOKEN_INFORMATION(
                "advapi32", "GetTokenInformation", JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS),
        /** HANDLE (attributes, name). */
        CREATE_JOB_OBJECT("kernel32", "CreateJobObjectW", JAVA_LONG, ADDRESS, ADDRESS),
        /** BOOL (job, class, information, length). */
        SET_INFORMATION_JOB_OBJECT(
                "kernel32", "SetInformationJobObject", JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
        /** BOOL (job, class, information, length, needed*). */
        QUERY_INFORMATION_JOB_OBJECT(
                "kernel32", "QueryInformationJobObject", JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS),
        /** BOOL (job, process). */
        ASSIGN_PROCESS_TO_JOB_OBJECT("kernel32", "AssignProcessToJobObject", JAVA_INT, JAVA_LONG, JAVA_LONG),
        /** BOOL (process, job, BOOL*). */
        IS_PROCESS_IN_JOB("kernel32", "IsProcessInJob", JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS),
        /** BOOL (job, exit code). */
        TERMINATE_JOB_OBJECT("kernel32", "TerminateJobObject", JAVA_INT, JAVA_LONG, JAVA_INT),
        /** BOOL (read*, write*, attributes, size). */
        CREATE_PIPE("kernel32", "CreatePipe", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT),
        /** BOOL (handle, mask, flags). */
        SET_HANDLE_INFORMATION("kernel32", "SetHandleInformation", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
        /** BOOL (list, how many, flags, size*). */
        INITIALIZE_ATTRIBUTE_LIST(
                "kernel32", "InitializeProcThreadAttributeList", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
        /** BOOL (list, flags, attribute, value, size, previous, size*). */
        UPDATE_ATTRIBUTE(
                "kernel32",
                "UpdateProcThreadAttribute",
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_LONG,
                ADDRESS,
                JAVA_LONG,
                ADDRESS,
                ADDRESS),
        /** BOOL (token, program, command line, of process, of thread, inherit, flags, environment, folder, start, info). */
        CREATE_PROCESS_AS_USER(
                "advapi32",
                "CreateProcessAsUserW",
                JAVA_INT,
                JAVA_LONG,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                JAVA_INT,
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS),
        /** DWORD (thread). */
        RESUME_THREAD("kernel32", "ResumeThread", JAVA_INT, JAVA_LONG),
        /** BOOL (process, exit code). */
        TERMINATE_PROCESS("kernel32", "TerminateProcess", JAVA_INT, JAVA_LONG, JAVA_INT),
        /** DWORD (handle, ms). */
        WAIT_FOR_SINGLE_OBJECT("kernel32", "WaitForSingleObject", JAVA_INT, JAVA_LONG, JAVA_INT),
        /** BOOL (process, DWORD*). */
        GET_EXIT_CODE_PROCESS("kernel32", "GetExitCodeProcess", JAVA_INT, JAVA_LONG, ADDRESS),
        /** BOOL (file, buffer, length, read*, overlapped). */
        READ_FILE("kernel32", "ReadFile", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
        /** BOOL (file, buffer, length, written*, overlapped). */
        WRITE_FILE("kernel32", "WriteFile", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
        /** BOOL (handle). */
        CLOSE_HANDLE("kernel32", "CloseHandle", JAVA_INT, JAVA_LONG);

        private final String library;
        private final String symbol;

        @SuppressWarnings("ImmutableEnumChecker") // it is immutable, and says so in words only
        private final FunctionDescriptor type;

        Function(String library, String symbol, MemoryLayout result, MemoryLayout... parameters) {
            this.library = library;
            this.symbol = symbol;
            this.type = FunctionDescriptor.of(result, parameters);
        }

        String library() {
            return library;
        }

        String symbol() {
            return symbol;
        }

        FunctionDescriptor type() {
            return type;
        }
    }

    /** What a function answered, a BOOL and a DWORD as their 32 bits, and what GetLastError said then. */
    record Answer(long value, int error) {
        boolean isTrue() {
            return value != 0;
        }
    }

    /** Calls a function with one argument for each of its parameters. */
    Answer call(Function function, Object... arguments);
}
