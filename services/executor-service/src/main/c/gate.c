/*
 * The first process of a sandbox.
 *
 * It sets the limits, says "ready", and waits for "go" while the node reads from the kernel what holds for it. Then it
 * starts the tool, reaps whatever becomes its child, and ends when the tool ends: the kernel ends everything else in
 * its pid namespace with it.
 *
 * The tool has the same uid. Were this process dumpable, the tool could write to its memory (proc(5), ptrace(2)): make
 * it outlive the node, or tell of another end than the tool's. So it gives up being dumpable before the tool exists.
 * Until then it must be dumpable, or an unprivileged node could not look at its descriptors.
 *
 * What happened goes to a descriptor that no other process has, a line of words: "exited STATUS CPU_MS
 * PEAK_KIB", "signalled NUMBER CPU_MS PEAK_KIB", "failed ERRNO" (the program could not be executed), "files" (too many
 * files in a private temporary folder).
 *
 * gate ADDRESS_SPACE CPU_SECONDS FILE_BYTES OPEN_FILES PROCESSES SCRATCH_FILES STDIN_GIVEN CONFINED SCRATCH_FOLDERS...
 * -- PROGRAM [ARGUMENT...]
 *
 * ADDRESS_SPACE in bytes and SCRATCH_FILES: 0 for no limit. STDIN_GIVEN and CONFINED: 0 or 1.
 *
 * A confined tool is one program and never another. A second filter asks this process about every execution
 * (SECCOMP_RET_USER_NOTIF, seccomp_unotify(2)). It lets the first one happen, the tool's own, and closes the descriptor
 * on which it is asked: from then on the kernel answers each with ENOSYS, for the tool and all that descends from it. The
 * filter also refuses seccomp(2), with which a tool could install a newer filter that asks the tool itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { REPORT = 3, NOT_RELEASED = 125, NOT_EXECUTED = 127, TOO_MANY_FILES = 124 };

static const struct timespec LOOK_EVERY = {.tv_sec = 0, .tv_nsec = 50 * 1000 * 1000};

static void give_up(const char *what) {
    dprintf(STDERR_FILENO, "gate: %s: %s\n", what, strerror(errno));
    _exit(NOT_RELEASED);
}

static unsigned long long number(const char *text) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0') {
        errno = EINVAL;
        give_up(text);
    }
    return value;
}

static void limit(int resource, unsigned long long soft, unsigned long long hard, const char *name) {
    struct rlimit bound = {.rlim_cur = soft, .rlim_max = hard};
    if (setrlimit(resource, &bound) != 0) {
        give_up(name);
    }
}

static void close_all_others(void) {
    if (syscall(SYS_close_range, REPORT + 1, ~0U, 0) == 0) {
        return;
    }
    long most = sysconf(_SC_OPEN_MAX);
    for (int each = REPORT + 1; each < (most > 0 ? most : 65536); each++) {
        close(each);
    }
}

/* No look at the architecture: the filter before this one has ended whoever calls in another one's numbers. */
static int ask_about_executions(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof steps / sizeof *steps, .filter = steps};
    long asked = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    if (asked < 0) {
        give_up("the filter for a confined tool");
    }
    return (int)asked;
}

/* The first execution is the one in become(): only this program's own code has run in that process until then. */
static void let_one_execution_happen(int asked, pid_t tool) {
    for (;;) {
        siginfo_t ended = {.si_pid = 0};
        struct pollfd question = {.fd = asked, .events = POLLIN};
        int ready = poll(&question, 1, 20);
        if (ready > 0 && (question.revents & POLLIN) != 0) {
            struct seccomp_notif first;
            memset(&first, 0, sizeof first);
            if (ioctl(asked, SECCOMP_IOCTL_NOTIF_RECV, &first) == 0 && first.pid == (unsigned)tool) {
                struct seccomp_notif_resp answer = {.id = first.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
                ioctl(asked, SECCOMP_IOCTL_NOTIF_SEND, &answer);
                break;
            }
        }
        if (waitid(P_PID, (id_t)tool, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == tool) {
            break;
        }
    }
    close(asked);
}

/* Byte by byte: what follows the word is the tool's input. */
static void wait_for_release(void) {
    static const char WORD[] = "go\n";
    for (size_t at = 0; at < sizeof WORD - 1; at++) {
        char said;
        if (read(STDIN_FILENO, &said, 1) != 1 || said != WORD[at]) {
            _exit(NOT_RELEASED);
        }
    }
}

static void become(char **program, int stdin_given, const sigset_t *mask) {
    if (!stdin_given) {
        int nothing = open("/dev/null", O_RDONLY);
        if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || close(nothing) != 0) {
            dprintf(REPORT, "failed %d\n", errno);
            _exit(NOT_EXECUTED);
        }
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
    execv(program[0], program);
    dprintf(REPORT, "failed %d\n", errno);
    _exit(NOT_EXECUTED);
}

/* A tmpfs that bubblewrap makes has a size but no bound for its files, whose inodes are memory of the kernel. */
static int too_many_files(char **folders, int count, unsigned long long most) {
    for (int each = 0; each < count; each++) {
        struct statfs seen;
        if (statfs(folders[each], &seen) == 0 && seen.f_files - seen.f_ffree > most) {
            return 1;
        }
    }
    return 0;
}

static long milliseconds(const struct timeval *time) {
    return time->tv_sec * 1000L + time->tv_usec / 1000;
}

static int told(int status, const struct rusage *used) {
    long cpu = milliseconds(&used->ru_utime) + milliseconds(&used->ru_stime);
    if (WIFSIGNALED(status)) {
        dprintf(REPORT, "signalled %d %ld %ld\n", WTERMSIG(status), cpu, used->ru_maxrss);
        return 128 + WTERMSIG(status);
    }
    dprintf(REPORT, "exited %d %ld %ld\n", WEXITSTATUS(status), cpu, used->ru_maxrss);
    return WEXITSTATUS(status);
}

int main(int count, char **arguments) {
    int program = 9;
    while (program < count && strcmp(arguments[program], "--") != 0) {
        program++;
    }
    if (program + 1 >= count) {
        errno = EINVAL;
        give_up("arguments");
    }
    char **folders = arguments + 9;
    int folder_count = program - 9;
    program++;
    if (fcntl(REPORT, F_SETFD, FD_CLOEXEC) != 0) {
        give_up("report");
    }
    close_all_others();
    /* Harmless without a filter, refused by every filter of a tool. */
    if (unshare(0) == 0) {
        errno = 0;
        give_up("the system call filter is not in force");
    }
    unsigned long long space = number(arguments[1]);
    unsigned long long seconds = number(arguments[2]);
    unsigned long long files = number(arguments[6]);
    int stdin_given = number(arguments[7]) != 0;
    limit(RLIMIT_CORE, 0, 0, "core size");
    limit(RLIMIT_CPU, seconds, seconds + 1, "processor time");
    limit(RLIMIT_FSIZE, number(arguments[3]), number(arguments[3]), "file size");
    limit(RLIMIT_NOFILE, number(arguments[4]), number(arguments[4]), "open files");
    limit(RLIMIT_NPROC, number(arguments[5]), number(arguments[5]), "processes");
    if (space > 0) {
        limit(RLIMIT_AS, space, space, "address space");
    }
    int asked = number(arguments[8]) != 0 ? ask_about_executions() : -1;
    unsetenv("PWD");
    unsetenv("OLDPWD");
    if (write(STDOUT_FILENO, "ready\n", 6) != 6) {
        give_up("ready");
    }
    wait_for_release();

    sigset_t child_ended, before;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || sigprocmask(SIG_BLOCK, &child_ended, &before) != 0) {
        dprintf(REPORT, "failed %d\n", errno);
        _exit(NOT_RELEASED);
    }
    pid_t tool = fork();
    if (tool < 0) {
        dprintf(REPORT, "failed %d\n", errno);
        _exit(NOT_RELEASED);
    }
    if (tool == 0) {
        become(arguments + program, stdin_given, &before);
    }
    if (asked >= 0) {
        let_one_execution_happen(asked, tool);
    }
    /* The tool alone holds its pipes: their ends are its end. */
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    for (;;) {
        sigtimedwait(&child_ended, NULL, &LOOK_EVERY);
        int status;
        struct rusage used;
        pid_t ended;
        while ((ended = wait4(-1, &status, WNOHANG, &used)) > 0) {
            if (ended == tool) {
                return told(status, &used);
            }
        }
        if (files > 0 && too_many_files(folders, folder_count, files)) {
            dprintf(REPORT, "files\n");
            return TOO_MANY_FILES;
        }
    }
}
