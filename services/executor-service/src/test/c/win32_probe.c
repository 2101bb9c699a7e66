/*
 * What Windows' functions do with the structures and in the order of the node's own table, as far as Wine does them. The
 * header is written by a test from that table: the compiler compares every structure with the system's headers, and the
 * program looks each function up in its library.
 *
 * probe parent PROGRAM-LINE | probe child WORDS...
 */
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <accctrl.h>
#include <aclapi.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "table.h"

static void fail(const char *what) {
    printf("failed %s: %lu\n", what, GetLastError());
    exit(1);
}

static int child(int count, char **words) {
    for (int each = 0; each < count; each++) {
        printf("[%s]", words[each]);
    }
    printf("\n");
    fflush(stdout);
    Sleep(60000);
    return 0;
}

static void functions(void) {
    for (size_t each = 0; each < sizeof table / sizeof *table; each++) {
        HMODULE library = LoadLibraryA(table[each].library);
        if (library == NULL || GetProcAddress(library, table[each].symbol) == NULL) {
            printf("missing %s\n", table[each].symbol);
        }
    }
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "child") == 0) {
        return child(count - 2, words + 2);
    }
    functions();
    HANDLE job = CreateJobObjectW(NULL, NULL);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    memcpy(&limits, extended_limits, sizeof limits);
    if (!SetInformationJobObject(job, EXTENDED, &limits, sizeof limits)) {
        fail("SetInformationJobObject");
    }
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE out_read, out_write;
    if (!CreatePipe(&out_read, &out_write, &inherited, 0) || !SetHandleInformation(out_read, HANDLE_FLAG_INHERIT, 0)) {
        fail("CreatePipe");
    }
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(NULL, 2, 0, &size);
    STARTUPINFOEXW startup = {0};
    startup.lpAttributeList = malloc(size);
    HANDLE handles[] = {out_write};
    if (!InitializeProcThreadAttributeList(startup.lpAttributeList, 2, 0, &size)
            || !UpdateProcThreadAttribute(
                    startup.lpAttributeList, 0, ATTRIBUTE_HANDLE_LIST, handles, sizeof handles, NULL, NULL)
            || !UpdateProcThreadAttribute(
                    startup.lpAttributeList, 0, ATTRIBUTE_JOB_LIST, &job, sizeof job, NULL, NULL)) {
        fail("UpdateProcThreadAttribute");
    }
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdOutput = out_write;
    startup.StartupInfo.hStdError = out_write;
    WCHAR line[4096];
    memcpy(line, command_line, sizeof command_line);
    PROCESS_INFORMATION made;
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATION, NULL, NULL, &startup.StartupInfo, &made)) {
        fail("CreateProcess");
    }
    CloseHandle(out_write);
    BOOL in_job = FALSE;
    if (!IsProcessInJob(made.hProcess, job, &in_job)) {
        fail("IsProcessInJob");
    }
    printf("in job %d\n", in_job);
    printf("before it is let go %s\n", WaitForSingleObject(made.hProcess, 200) == WAIT_TIMEOUT ? "waits" : "ended");
    printf("resumed from %lu\n", ResumeThread(made.hThread));
    char said[512] = {0};
    DWORD got = 0;
    if (!ReadFile(out_read, said, sizeof said - 1, &got, NULL)) {
        fail("ReadFile");
    }
    printf("child %s", said);
    CloseHandle(job);
    printf("after its job is closed %s\n", WaitForSingleObject(made.hProcess, 5000) == WAIT_OBJECT_0 ? "ended" : "lives");
    return 0;
}
