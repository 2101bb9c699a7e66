/*
 * sallyport-launch: starts programs for a node.
 *
 * A JVM cannot run code between clone(2) and execve(2), so this program does what has to be done there. It decides
 * nothing: limits, Landlock rules and system call filter come as data from the node, which made and tested them.
 *
 * Four kinds of process:
 *
 * - The LAUNCHER is started once by the node. Descriptor 0 is a socket. Each message there is one call: a byte and
 *   descriptors (SCM_RIGHTS). It forks a keeper for each, and ends when the node does. Should somebody end a keeper, what
 *   that kept becomes the launcher's child, and is ended.
 * - A KEEPER belongs to one call. It reads the request from the call's own socket, clones the tool, and outlives it.
 *   Every descendant of the tool becomes its child (PR_SET_CHILD_SUBREAPER), so that it knows when none is left. When the
 *   node goes away it sees the end of its socket and ends them all. It has a session of its own, as the tool has: a
 *   signal to the node's process group does not take the keeper and leave the tool.
 * - The TOOL sets its limits, gives up its rights, says "ready", and waits while the node looks at it. Then it is told
 *   its arguments and becomes the program. So one that waits may have been made long before its call.
 * - The GATE is this program again (gate), as the first process of a sandbox that bubblewrap makes. It reads from
 *   descriptor 3 what a keeper reads from its call's socket, has the program's pipes as descriptors 4 to 6, waits like a
 *   tool, and starts the program as its child. It reaps whatever becomes its child. When the program ends, or the node,
 *   it ends all that is left in its pid namespace, and then itself; were it ended, the kernel would do the former. Where
 *   the tool may reach hosts, it makes a bridge before it waits, see bridge.h.
 *
 * A keeper has the tool's uid, so it is made unreachable for it: it is not dumpable, and it lives in a Landlock domain
 * around the tool's. Out of the inner domain no signal leaves (LANDLOCK_SCOPE_SIGNAL) and nothing outside of it can be
 * traced. In turn, what the keeper signals by kill(-1) are the processes of its own domain and no others: one call of the
 * kernel, during which nothing can fork.
 *
 * A gate has the tool's uid as well. Were it dumpable, the tool could write to its memory (proc(5), ptrace(2)): make it
 * outlive the node, or tell of another end than the tool's. So it gives up being dumpable before the tool exists. Until
 * then it must be dumpable, or an unprivileged node could not look at its descriptors. A signal from inside does not
 * reach it, since it is the first of its pid namespace (pid_namespaces(7)).
 *
 * A PLAIN tool is one that makes its sandbox itself, bubblewrap: it has no gate, no limit, no domain and no filter from
 * here, but further descriptors, each under the number that the request says, and its arguments at once.
 *
 * What a keeper, its tool and a gate tell the node, a line of words each:
 *
 *   ready PID CHECKS             the tool waits; CHECKS says what was refused to it, see enum check
 *   failed STEP ERRNO            nothing of the program has run
 *   exited STATUS CPU_MS PEAK_KIB
 *   signalled NUMBER CPU_MS PEAK_KIB
 *   killed 0 CPU_MS PEAK_KIB     ended because the node said so
 *   files                        ended for too many files in private temporary folders
 *   empty                        no process of the call is left, but the gate that says so
 *   left                         one could not be ended
 *
 * What the node tells after the request: 'g' and the command (go), 'k' (kill).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
    VERSION = 3,
    MOST_BYTES = 1 << 20,
    MOST_WORDS = 1 << 13,
    MOST_RULES = 256,
    MOST_LIMITS = 16,
    MOST_STEPS = 4096,
    MOST_DESCRIPTORS = 16,
    MOST_SCRATCH = 8,
    GATE = 3,
    PIPES = 4,
    CALL_DESCRIPTORS = 4,
    HIGHEST_HANDED = 63,
    MOST_CALLS = 4096,
    MOST_SECRETS = 16,
    NOT_EXECUTED = 127
};

/* What the request asks for beside what every call gets. */
enum flag {
    SWITCH_USER = 1,
    INTO_CGROUP = 2,
    CONFINED = 4,
    SCOPED = 8,
    PLAIN = 16,
    INSIDE = 32,
    BRIDGED = 64,
    KNOWN_FLAGS = 127
};

/* What was refused to the tool while it waited, as the program will be refused it. */
enum check { ROOT_FOLDER = 1, FILTER = 2, SIGNAL_OUT = 4, SOCKET = 8, WORKSPACE = 16 };

/* The layouts of linux/landlock.h, which older headers do not have. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};
struct __attribute__((packed)) beneath {
    uint64_t access;
    int32_t folder;
};
enum { RULESET_VERSION = 1, RULE_PATH_BENEATH = 1, SCOPE_SIGNAL = 2 };

struct limit {
    int which;
    struct rlimit bound;
};

struct rule {
    uint64_t access;
    int optional;
    char *path;
};

struct request {
    uint32_t flags;
    uint32_t uid;
    uint32_t gid;
    uint32_t limit_count;
    struct limit limits[MOST_LIMITS];
    char *folder;
    char *program;
    struct ruleset ruleset;
    uint32_t rule_count;
    struct rule rules[MOST_RULES];
    struct sock_fprog filter;
    uint32_t handed_count;
    int handed[MOST_DESCRIPTORS];
    uint64_t scratch_files;
    uint32_t scratch_count;
    char *scratch[MOST_SCRATCH];
};

/* What the program reads once: from the descriptor of that number, or, where that is 0, from the file. */
struct secret {
    uint32_t number;
    char *path;
    uint32_t length;
    unsigned char *value;
};

/* What belongs to one call only; all else may be told before there is one. */
struct command {
    uint32_t input;
    char *folder;
    char *arguments[MOST_WORDS + 1];
    char *environment[MOST_WORDS + 1];
    uint32_t secret_count;
    struct secret secrets[MOST_SECRETS];
};

/* All memory there is: nothing is allocated. */
static unsigned char bytes[MOST_BYTES];
static unsigned char command_bytes[MOST_BYTES];
static struct sock_filter steps[MOST_STEPS];
static struct request asked_for;
static struct command wanted;
static int call = -1;

/* Reading a request ------------------------------------------------------------------------------------------------ */

struct reader {
    unsigned char *at;
    unsigned char *end;
    int bad;
};

static unsigned char *take(struct reader *from, size_t length) {
    if (from->bad || length > (size_t)(from->end - from->at)) {
        from->bad = 1;
        return NULL;
    }
    unsigned char *taken = from->at;
    from->at += length;
    return taken;
}

/* Little-endian, as the node writes it and as both processors known here have it. */
static uint64_t number(struct reader *from, size_t length) {
    unsigned char *taken = take(from, length);
    uint64_t value = 0;
    for (size_t each = 0; taken != NULL && each < length; each++) {
        value |= (uint64_t)taken[each] << (8 * each);
    }
    return value;
}

static uint32_t small(struct reader *from) {
    return (uint32_t)number(from, 4);
}

/* A count of things that are no more than that. */
static uint32_t count(struct reader *from, uint32_t most) {
    uint32_t value = small(from);
    if (value > most) {
        from->bad = 1;
        return 0;
    }
    return value;
}

/* Its length, with the NUL that ends it and is the only one in it. */
static char *text(struct reader *from) {
    uint32_t length = small(from);
    char *taken = length == 0 ? NULL : (char *)take(from, length);
    if (taken == NULL || memchr(taken, 0, length) != taken + length - 1) {
        from->bad = 1;
        return NULL;
    }
    return taken;
}

static char *absolute(struct reader *from) {
    char *path = text(from);
    if (path != NULL && path[0] != '/') {
        from->bad = 1;
    }
    return path;
}

static void words(struct reader *from, char **into) {
    uint32_t most = count(from, MOST_WORDS);
    for (uint32_t each = 0; each < most && !from->bad; each++) {
        into[each] = text(from);
        into[each + 1] = NULL;
    }
    if (most == 0) {
        into[0] = NULL;
    }
}

static void take_command(struct reader *from, struct command *into) {
    into->input = count(from, 1);
    into->folder = absolute(from);
    words(from, into->arguments);
    words(from, into->environment);
    into->secret_count = count(from, MOST_SECRETS);
    for (uint32_t each = 0; each < into->secret_count && !from->bad; each++) {
        struct secret *secret = &into->secrets[each];
        secret->number = count(from, HIGHEST_HANDED);
        secret->path = absolute(from);
        secret->length = count(from, MOST_BYTES);
        secret->value = take(from, secret->length);
    }
    if (into->arguments[0] == NULL) {
        from->bad = 1;
    }
}

/* Whether the bytes are a command, every one of them; it points into them. */
static int parsed_command(unsigned char *given, size_t length, struct command *into) {
    struct reader from = {.at = given, .end = given + length, .bad = 0};
    take_command(&from, into);
    return !from.bad && from.at == from.end;
}

/* What goes together: each kind of request says nothing that is another kind's. */
static int consistent(const struct request *request) {
    uint32_t flags = request->flags;
    int free = request->filter.len == 0 && request->ruleset.files == 0 && request->ruleset.network == 0 &&
               request->ruleset.scopes == 0 && request->rule_count == 0;
    int no_scratch = request->scratch_files == 0 && request->scratch_count == 0;
    if ((flags & ~(uint32_t)KNOWN_FLAGS) != 0) {
        return 0;
    }
    if ((flags & SWITCH_USER) != 0 && (request->uid == 0 || request->gid == 0 || request->uid > INT32_MAX ||
                                       request->gid > INT32_MAX)) {
        return 0;
    }
    if ((flags & PLAIN) != 0) {
        return free && no_scratch && request->limit_count == 0 && (flags & (CONFINED | SCOPED | INSIDE | BRIDGED)) == 0;
    }
    if ((flags & INSIDE) != 0) {
        return free && request->handed_count == 0 && (flags & (SWITCH_USER | INTO_CGROUP | SCOPED)) == 0;
    }
    return request->filter.len > 0 && request->ruleset.files != 0 && request->handed_count == 0 && no_scratch &&
           (flags & BRIDGED) == 0;
}

/* Whether the bytes are a request, every one of them; it points into them. A plain one has its command with it. */
static int parsed(unsigned char *given, size_t length, struct request *into, struct command *with) {
    struct reader from = {.at = given, .end = given + length, .bad = 0};
    if (small(&from) != VERSION) {
        return 0;
    }
    into->flags = small(&from);
    into->uid = small(&from);
    into->gid = small(&from);
    into->limit_count = count(&from, MOST_LIMITS);
    for (uint32_t each = 0; each < into->limit_count && !from.bad; each++) {
        uint32_t which = small(&from);
        uint64_t soft = number(&from, 8);
        uint64_t hard = number(&from, 8);
        if (which >= RLIM_NLIMITS || soft > hard) {
            from.bad = 1;
        }
        into->limits[each] = (struct limit){.which = (int)which, .bound = {.rlim_cur = soft, .rlim_max = hard}};
    }
    into->folder = absolute(&from);
    into->program = absolute(&from);
    into->ruleset.files = number(&from, 8);
    into->ruleset.network = number(&from, 8);
    into->ruleset.scopes = number(&from, 8);
    into->rule_count = count(&from, MOST_RULES);
    for (uint32_t each = 0; each < into->rule_count && !from.bad; each++) {
        into->rules[each].access = number(&from, 8);
        into->rules[each].optional = small(&from) != 0;
        into->rules[each].path = absolute(&from);
    }
    uint32_t step_count = count(&from, MOST_STEPS);
    for (uint32_t each = 0; each < step_count && !from.bad; each++) {
        steps[each].code = (uint16_t)number(&from, 2);
        steps[each].jt = (uint8_t)number(&from, 1);
        steps[each].jf = (uint8_t)number(&from, 1);
        steps[each].k = small(&from);
    }
    into->filter = (struct sock_fprog){.len = (unsigned short)step_count, .filter = steps};
    into->handed_count = count(&from, MOST_DESCRIPTORS);
    for (uint32_t each = 0; each < into->handed_count && !from.bad; each++) {
        into->handed[each] = (int)count(&from, HIGHEST_HANDED);
    }
    into->scratch_files = number(&from, 8);
    into->scratch_count = count(&from, MOST_SCRATCH);
    for (uint32_t each = 0; each < into->scratch_count && !from.bad; each++) {
        into->scratch[each] = absolute(&from);
    }
    if ((into->flags & PLAIN) != 0) {
        take_command(&from, with);
    }
    return !from.bad && from.at == from.end && consistent(into);
}

/* Telling the node ------------------------------------------------------------------------------------------------- */

static size_t put(char *line, size_t at, const char *word) {
    while (*word != '\0' && at < 120) {
        line[at++] = *word++;
    }
    return at;
}

static size_t put_number(char *line, size_t at, long value) {
    char digits[24];
    size_t left = sizeof digits - 1;
    unsigned long rest = value < 0 ? 0UL - (unsigned long)value : (unsigned long)value;
    digits[left] = '\0';
    do {
        digits[--left] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    at = put(line, at, value < 0 ? " -" : " ");
    return put(line, at, digits + left);
}

static void send_line(char *line, size_t length) {
    line[length++] = '\n';
    ssize_t sent = send(call, line, length, MSG_NOSIGNAL);
    (void)sent; /* A node that is gone needs no telling. */
}

static void tell(const char *word, const long *numbers, int many) {
    char line[160];
    size_t at = put(line, 0, word);
    for (int each = 0; each < many; each++) {
        at = put_number(line, at, numbers[each]);
    }
    send_line(line, at);
}

static __attribute__((noreturn)) void fail(const char *step) {
    int why = errno;
    char line[160];
    size_t at = put(line, put(line, 0, "failed "), step);
    send_line(line, put_number(line, at, why));
    _exit(NOT_EXECUTED);
}

/* Hearing it ------------------------------------------------------------------------------------------------------- */

static int received(int from, unsigned char *into, size_t length) {
    for (size_t at = 0; at < length;) {
        ssize_t more = read(from, into + at, length - at);
        if (more < 0 && errno == EINTR) {
            continue;
        }
        if (more <= 0) {
            return 0;
        }
        at += (size_t)more;
    }
    return 1;
}

static int handed_on(int to, const unsigned char *from, size_t length) {
    for (size_t at = 0; at < length;) {
        ssize_t more = write(to, from + at, length - at);
        if (more < 0 && errno == EINTR) {
            continue;
        }
        if (more <= 0) {
            return 0;
        }
        at += (size_t)more;
    }
    return 1;
}

enum { HEAD = 4 };

/* Its length and it; 0 if whoever says it ends before. More than there is room for is nothing that a node says. */
static int heard(int from, unsigned char *head, unsigned char *into, uint32_t *length) {
    if (!received(from, head, HEAD)) {
        return 0;
    }
    struct reader number_of = {.at = head, .end = head + HEAD, .bad = 0};
    *length = small(&number_of);
    if (*length > MOST_BYTES) {
        errno = EINVAL;
        fail("request");
    }
    return received(from, into, *length);
}

static void read_request(uint32_t inside) {
    unsigned char head[HEAD];
    uint32_t length;
    if (!heard(call, head, bytes, &length)) {
        _exit(NOT_EXECUTED);
    }
    if (!parsed(bytes, length, &asked_for, &wanted) || (asked_for.flags & INSIDE) != inside) {
        errno = EINVAL;
        fail("request");
    }
}

static void read_command(int from) {
    unsigned char head[HEAD];
    uint32_t length;
    if (!heard(from, head, command_bytes, &length)) {
        _exit(NOT_EXECUTED);
    }
    if (!parsed_command(command_bytes, length, &wanted)) {
        errno = EINVAL;
        fail("command");
    }
}

/* Rights ----------------------------------------------------------------------------------------------------------- */

static void restrict_by(const struct ruleset *ruleset, const struct rule *rules, const int *paths, uint32_t many) {
    long made = syscall(SYS_landlock_create_ruleset, ruleset, sizeof *ruleset, 0);
    if (made < 0) {
        fail("landlock_ruleset");
    }
    for (uint32_t each = 0; each < many; each++) {
        struct beneath beneath = {.access = rules[each].access, .folder = paths[each]};
        if (paths[each] >= 0 && syscall(SYS_landlock_add_rule, made, RULE_PATH_BENEATH, &beneath, 0) != 0) {
            fail("landlock_rule");
        }
    }
    if (syscall(SYS_landlock_restrict_self, made, 0) != 0) {
        fail("landlock");
    }
    close((int)made);
}

/* For good: uid, gid, groups, and all capabilities, which only a privileged node has. */
static void give_up_privileges(const struct request *request) {
    if ((request->flags & SWITCH_USER) != 0) {
        for (unsigned long each = 0; prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; each++) {
            if (prctl(PR_CAPBSET_DROP, each, 0, 0, 0) != 0) {
                fail("bounding_set");
            }
        }
        if (setgroups(0, NULL) != 0 || setresgid(request->gid, request->gid, request->gid) != 0 ||
            setresuid(request->uid, request->uid, request->uid) != 0) {
            fail("user");
        }
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    if (syscall(SYS_capset, &header, none) != 0) {
        fail("capabilities");
    }
    if (getuid() == 0 || geteuid() == 0) {
        errno = EPERM;
        fail("root");
    }
}

/* What is stricter already stays so. */
static void set_limits(const struct request *request) {
    for (uint32_t each = 0; each < request->limit_count; each++) {
        struct rlimit bound = request->limits[each].bound;
        struct rlimit now;
        if (getrlimit(request->limits[each].which, &now) != 0) {
            fail("getrlimit");
        }
        bound.rlim_max = bound.rlim_max < now.rlim_max ? bound.rlim_max : now.rlim_max;
        bound.rlim_cur = bound.rlim_cur < bound.rlim_max ? bound.rlim_cur : bound.rlim_max;
        if (setrlimit(request->limits[each].which, &bound) != 0) {
            fail("setrlimit");
        }
    }
}

static long refused(const struct request *request, pid_t keeper) {
    long checks = 0;
    int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        checks |= errno == EACCES ? ROOT_FOLDER : 0;
    } else {
        close(root);
    }
    /* Refused by every filter of a tool and by no container runtime's, so that it tells of the former: EBADF without. */
    if (syscall(SYS_inotify_add_watch, -1, "/", 1) != 0 && errno == EPERM) {
        checks |= FILTER;
    }
    if ((request->flags & SCOPED) != 0 && kill(keeper, 0) != 0 && errno == EPERM) {
        checks |= SIGNAL_OUT;
    }
    if ((request->flags & CONFINED) != 0) {
        /* A name that nobody can have taken beforehand: what is there already says nothing about what may be made. */
        char name[64];
        uint32_t random = 0;
        int made;
        do {
            if (syscall(SYS_getrandom, &random, sizeof random, 0) != (long)sizeof random) {
                fail("getrandom");
            }
            name[put_number(name, put(name, 0, ".sallyport"), random)] = '\0';
            made = mkdir(name, 0700);
        } while (made != 0 && errno == EEXIST);
        if (made == 0) {
            rmdir(name);
        } else {
            checks |= errno == EACCES ? WORKSPACE : 0;
        }
    }
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) {
        checks |= errno == EPERM ? SOCKET : 0;
    } else {
        close(made);
    }
    return checks;
}

/* No look at the architecture: the tool's own filter ends whoever calls in another one's numbers. */
static int ask_about_executions(void) {
    struct sock_filter question[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof question / sizeof *question, .filter = question};
    long asked = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    if (asked < 0) {
        fail("confinement");
    }
    return (int)asked;
}

/* The tool --------------------------------------------------------------------------------------------------------- */

struct places {
    int folder;
    int program;
    int paths[MOST_RULES];
};

static void open_places(const struct request *request, struct places *places) {
    places->folder = open(request->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (places->folder < 0) {
        fail("folder");
    }
    places->program = open(request->program, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (places->program < 0) {
        fail("program");
    }
    for (uint32_t each = 0; each < request->rule_count; each++) {
        places->paths[each] = open(request->rules[each].path, O_PATH | O_CLOEXEC);
        if (places->paths[each] < 0 && !(request->rules[each].optional && (errno == ENOENT || errno == EACCES))) {
            fail("rule");
        }
    }
}

/* First all of them away from the numbers that some of them are to have. */
static __attribute__((noreturn)) void execute_plain(
    const struct request *request, const struct places *places, const int *handed, const sigset_t *mask) {
    int away[MOST_DESCRIPTORS];
    call = fcntl(call, F_DUPFD_CLOEXEC, HIGHEST_HANDED + 1);
    int program = fcntl(places->program, F_DUPFD_CLOEXEC, HIGHEST_HANDED + 1);
    for (uint32_t each = 0; each < request->handed_count; each++) {
        away[each] = fcntl(handed[each], F_DUPFD_CLOEXEC, HIGHEST_HANDED + 1);
    }
    for (uint32_t each = 0; each < request->handed_count; each++) {
        if (dup2(away[each], request->handed[each]) < 0) {
            fail("pipes");
        }
    }
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    syscall(SYS_execveat, program, "", wanted.arguments, wanted.environment, AT_EMPTY_PATH);
    /* A script, which the kernel can give to its interpreter only by its name. */
    execve(request->program, wanted.arguments, wanted.environment);
    fail("execute");
}

enum { SECRETS_FOLDER_MODE = 0700, SECRET_MODE = 0400 };

#define SECRETS_FOLDER "/run/secrets"

/*
 * A pipe holds as much as a secret may have, so that nobody need stand by to write it, and what was read from it is gone.
 * A file lies in the sandbox's own memory.
 */
static void hand_over_secrets(void) {
    for (uint32_t each = 0; each < wanted.secret_count; each++) {
        struct secret *secret = &wanted.secrets[each];
        int ends[2] = {-1, -1};
        if (secret->number != 0) {
            if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
                fail("secret");
            }
        } else {
            if (mkdir(SECRETS_FOLDER, SECRETS_FOLDER_MODE) != 0 && errno != EEXIST) {
                fail("secret");
            }
            ends[1] = open(secret->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, SECRET_MODE);
        }
        if (ends[1] < 0 || (secret->length > 0 && write(ends[1], secret->value, secret->length) != (ssize_t)secret->length) ||
            close(ends[1]) != 0) {
            fail("secret");
        }
        if (secret->number != 0) {
            /* Whoever reads waits for its end, and there is nothing to wait for. */
            if (fcntl(ends[0], F_SETFL, 0) != 0 || dup2(ends[0], (int)secret->number) < 0 || close(ends[0]) != 0) {
                fail("secret");
            }
        }
    }
}

/* Under all that bounds it; the program is executed by its descriptor where there is one. */
static __attribute__((noreturn)) void execute(const struct request *request, int program, const sigset_t *mask) {
    if (chdir(wanted.folder) != 0) {
        fail("folder");
    }
    if (wanted.input == 0) {
        int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) {
            fail("input");
        }
    }
    hand_over_secrets();
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (program >= 0) {
        syscall(SYS_execveat, program, "", wanted.arguments, wanted.environment, AT_EMPTY_PATH);
    } else {
        execve(request->program, wanted.arguments, wanted.environment);
    }
    fail("execute");
}

static __attribute__((noreturn)) void become(
    const struct request *request,
    const struct places *places,
    const int *handed,
    const int *groups,
    int group_count,
    pid_t keeper,
    int gate,
    const sigset_t *mask) {
    for (int each = 0; each < group_count; each++) {
        if (write(groups[each], "0", 1) != 1) {
            fail("cgroup_join");
        }
    }
    setsid();
    /* Where memory runs out it is the program that goes, not the node. */
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
        ssize_t written = write(score, "500", 3);
        (void)written;
        close(score);
    }
    give_up_privileges(request);
    /* A change of user has reset both. Dumpable: the node looks at what waits here, as an unprivileged user. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
        fail("prctl");
    }
    if (getppid() != keeper) {
        _exit(NOT_EXECUTED);
    }
    if (fchdir(places->folder) != 0) {
        fail("folder");
    }
    umask(022);
    if ((request->flags & PLAIN) != 0) {
        execute_plain(request, places, handed, mask);
    }
    restrict_by(&request->ruleset, request->rules, places->paths, request->rule_count);
    for (uint32_t each = 0; each < request->rule_count; each++) {
        close(places->paths[each]);
    }
    close(places->folder);
    set_limits(request);
    /* prctl, not seccomp(2), which is refused where executions are asked about. */
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &request->filter, 0, 0) != 0) {
        fail("seccomp");
    }
    long seen[] = {getpid(), refused(request, keeper)};
    tell("ready", seen, 2);
    read_command(gate);
    execute(request, places->program, mask);
}

static pid_t clone_into(int cgroup) {
    struct clone_args how;
    memset(&how, 0, sizeof how);
    how.flags = CLONE_INTO_CGROUP;
    how.exit_signal = SIGCHLD;
    how.cgroup = (uint64_t)cgroup;
    return (pid_t)syscall(SYS_clone3, &how, sizeof how);
}

/* The keeper ------------------------------------------------------------------------------------------------------- */

/* Where no Landlock domain bounds a signal: the children by name, until there are none; theirs become ours. */
static void kill_children(int (*spared)(pid_t)) {
    static char list[1 << 16];
    int children = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    ssize_t length = children < 0 ? -1 : read(children, list, sizeof list - 1);
    if (children >= 0) {
        close(children);
    }
    pid_t pid = 0;
    for (ssize_t each = 0; each < length; each++) {
        if (list[each] >= '0' && list[each] <= '9') {
            pid = pid * 10 + (list[each] - '0');
        } else if (pid > 0) {
            if (spared == NULL || !spared(pid)) {
                kill(pid, SIGKILL);
            }
            pid = 0;
        }
    }
}

static void kill_all(pid_t tool, int scoped, int tool_ended) {
    if (scoped) {
        kill(-1, SIGKILL);
        return;
    }
    if (!tool_ended) {
        kill(tool, SIGKILL);
    }
    kill_children(NULL);
}

static long milliseconds(const struct timeval *time) {
    return time->tv_sec * 1000L + time->tv_usec / 1000;
}

static void tell_end(int status, int killed) {
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    long cpu = milliseconds(&used.ru_utime) + milliseconds(&used.ru_stime);
    if (WIFEXITED(status)) {
        long seen[] = {WEXITSTATUS(status), cpu, used.ru_maxrss};
        tell("exited", seen, 3);
    } else {
        int ours = killed && WTERMSIG(status) == SIGKILL;
        long seen[] = {ours ? 0 : WTERMSIG(status), cpu, used.ru_maxrss};
        tell(ours ? "killed" : "signalled", seen, 3);
    }
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000L + time.tv_nsec / 1000000;
}

/* The first execution is the one in become(): only this program's own code has run in that process until then. */
static int answered(int asked, pid_t tool) {
    struct seccomp_notif first;
    memset(&first, 0, sizeof first);
    if (ioctl(asked, SECCOMP_IOCTL_NOTIF_RECV, &first) != 0 || first.pid != (unsigned)tool) {
        return 0;
    }
    struct seccomp_notif_resp answer = {.id = first.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    ioctl(asked, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    return 1;
}

/* From the node to the tool that waits, which says itself what is wrong with it. */
static int opened(int gate) {
    unsigned char head[HEAD];
    uint32_t length;
    int whole = heard(call, head, command_bytes, &length) && handed_on(gate, head, HEAD) &&
                handed_on(gate, command_bytes, length);
    explicit_bzero(command_bytes, sizeof command_bytes);
    return whole;
}

static __attribute__((noreturn)) void keep(pid_t tool, int gate, int children_end, int asked, int scoped) {
    enum { PATIENCE_MS = 5000, LOOK_EVERY_MS = 2 };
    int tool_status = 0;
    int tool_ended = 0;
    int killed = 0;
    long give_up_at = 0;
    struct pollfd watched[] = {
        {.fd = call, .events = POLLIN}, {.fd = children_end, .events = POLLIN}, {.fd = asked, .events = POLLIN}};
    for (;;) {
        int status;
        pid_t ended;
        while ((ended = wait4(-1, &status, WNOHANG, NULL)) > 0) {
            if (ended == tool) {
                tool_ended = 1;
                tool_status = status;
                /* The kernel answers whoever still asks. */
                if (watched[2].fd >= 0) {
                    close(watched[2].fd);
                    watched[2].fd = -1;
                }
            }
        }
        if (ended < 0 && errno == ECHILD) {
            /* The node says so first, then it uses what else ends a process. */
            char word;
            if (watched[0].fd >= 0 && recv(call, &word, 1, MSG_DONTWAIT) == 1 && word == 'k') {
                killed = 1;
            }
            tell_end(tool_status, killed);
            tell("empty", NULL, 0);
            _exit(0);
        }
        int ending = tool_ended || killed;
        if (ending) {
            if (give_up_at == 0) {
                give_up_at = now() + PATIENCE_MS;
            } else if (now() > give_up_at) {
                tell_end(tool_ended ? tool_status : SIGKILL, killed);
                tell("left", NULL, 0);
                _exit(1);
            }
            kill_all(tool, scoped, tool_ended);
        }
        if (poll(watched, 3, ending ? LOOK_EVERY_MS : -1) < 0 && errno != EINTR) {
            killed = 1;
        }
        if (watched[1].revents != 0) {
            struct signalfd_siginfo child;
            ssize_t taken = read(children_end, &child, sizeof child);
            (void)taken;
        }
        if (watched[2].fd >= 0 && (watched[2].revents & POLLIN) != 0 && answered(watched[2].fd, tool)) {
            close(watched[2].fd);
            watched[2].fd = -1;
        }
        if (watched[0].fd >= 0 && watched[0].revents != 0) {
            char word = 'k';
            ssize_t said = recv(call, &word, 1, MSG_DONTWAIT);
            if (said == 1 && word == 'g' && gate >= 0) {
                killed = opened(gate) ? killed : 1;
                close(gate);
                gate = -1;
            } else if (said == 1 || said == 0 || (errno != EAGAIN && errno != EINTR)) {
                killed = 1;
                if (said != 1) {
                    watched[0].fd = -1;
                }
            }
        }
    }
}

static __attribute__((noreturn)) void keeper(const int *given, int given_count) {
    static struct places places;
    call = given[0];
    /* Of a process group of its own: what ends the node's whole group does not end who ends the call. */
    setsid();
    for (int each = 0; each < 3; each++) {
        if (dup2(given[1 + each], each) < 0) {
            fail("pipes");
        }
        close(given[1 + each]);
    }
    const int *handed = given + CALL_DESCRIPTORS;
    read_request(0);
    struct request *request = &asked_for;
    const int *groups = handed + request->handed_count;
    int group_count = given_count - CALL_DESCRIPTORS - (int)request->handed_count;
    if (group_count < 0) {
        errno = EBADF;
        fail("pipes");
    }
    int cgroup = -1;
    if ((request->flags & INTO_CGROUP) != 0) {
        if (group_count < 1) {
            errno = EBADF;
            fail("cgroup");
        }
        cgroup = *groups++;
        group_count--;
    }
    open_places(request, &places);
    sigset_t child_ended, before;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    signal(SIGCHLD, SIG_DFL);
    int gate[2];
    if (sigprocmask(SIG_BLOCK, &child_ended, &before) != 0 || pipe2(gate, O_CLOEXEC) != 0) {
        fail("gate");
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        fail("prctl");
    }
    int scoped = (request->flags & SCOPED) != 0;
    if (scoped) {
        struct ruleset around = {.files = 0, .network = 0, .scopes = SCOPE_SIGNAL};
        restrict_by(&around, NULL, NULL, 0);
    }
    int asked = (request->flags & CONFINED) != 0 ? ask_about_executions() : -1;
    pid_t self = getpid();
    pid_t tool = cgroup >= 0 ? clone_into(cgroup) : fork();
    if (tool < 0) {
        fail("clone");
    }
    if (tool == 0) {
        close(gate[1]);
        become(request, &places, handed, groups, group_count, self, gate[0], &before);
    }
    /* Only now: to clone into a cgroup is the node's right. From here on the tool, which waits, is not stronger. */
    give_up_privileges(request);
    int children_end = signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || children_end < 0) {
        fail("keeper");
    }
    /* The tool alone holds its pipes: their ends are its end. */
    for (int each = 0; each < 3; each++) {
        close(each);
    }
    for (uint32_t each = 0; each < request->handed_count; each++) {
        close(handed[each]);
    }
    close(gate[0]);
    keep(tool, gate[1], children_end, asked, scoped);
}

/* The way to the node's proxy -------------------------------------------------------------------------------------- */

#include "bridge.h"

/* The gate --------------------------------------------------------------------------------------------------------- */

/* A tmpfs that bubblewrap makes has a size but no bound for its files, whose inodes are memory of the kernel. */
static int too_many_files(const struct request *request) {
    for (uint32_t each = 0; each < request->scratch_count; each++) {
        struct statfs seen;
        if (statfs(request->scratch[each], &seen) == 0 && seen.f_files - seen.f_ffree > request->scratch_files) {
            return 1;
        }
    }
    return 0;
}

/*
 * The first process of a pid namespace signals by kill(-1) all others in it, in one step of the kernel during which
 * nothing forks, and each becomes its child at the latest when it ends. So the node learns that none is left, and need
 * not wait until the kernel has taken down the namespaces.
 */
static __attribute__((noreturn)) void end_with(int status, int killed, int children_end) {
    enum { PATIENCE_MS = 5000, LOOK_EVERY_MS = 2 };
    long give_up_at = now() + PATIENCE_MS;
    for (;;) {
        kill(-1, SIGKILL);
        int ended_now;
        pid_t ended;
        while ((ended = wait4(-1, &ended_now, WNOHANG, NULL)) > 0) {
        }
        if (ended < 0 && errno == ECHILD) {
            tell_end(status, killed);
            tell("empty", NULL, 0);
            _exit(0);
        }
        if (now() > give_up_at) {
            tell_end(status, killed);
            _exit(1);
        }
        struct pollfd child = {.fd = children_end, .events = POLLIN};
        if (poll(&child, 1, LOOK_EVERY_MS) > 0) {
            struct signalfd_siginfo which;
            ssize_t taken = read(children_end, &which, sizeof which);
            (void)taken;
        }
    }
}

static __attribute__((noreturn)) void guard(const struct request *request, pid_t tool, int children_end, int asked) {
    enum { LOOK_EVERY_MS = 50 };
    struct pollfd watched[] = {
        {.fd = call, .events = POLLIN}, {.fd = children_end, .events = POLLIN}, {.fd = asked, .events = POLLIN}};
    for (;;) {
        int status;
        pid_t ended;
        while ((ended = wait4(-1, &status, WNOHANG, NULL)) > 0) {
            if (ended == tool) {
                end_with(status, 0, children_end);
            }
        }
        if (too_many_files(request)) {
            tell("files", NULL, 0);
            end_with(SIGKILL, 1, children_end);
        }
        if (poll(watched, 3, request->scratch_count > 0 ? LOOK_EVERY_MS : -1) < 0) {
            if (errno != EINTR) {
                _exit(NOT_EXECUTED);
            }
            continue;
        }
        if (watched[1].revents != 0) {
            struct signalfd_siginfo child;
            ssize_t taken = read(children_end, &child, sizeof child);
            (void)taken;
        }
        if (watched[2].fd >= 0 && (watched[2].revents & POLLIN) != 0 && answered(watched[2].fd, tool)) {
            close(watched[2].fd);
            watched[2].fd = -1;
        }
        /* Whatever the node says from here on is that it is over, by a word or by its own end. */
        if (watched[0].revents != 0) {
            end_with(SIGKILL, 1, children_end);
        }
    }
}

static __attribute__((noreturn)) void stand_at_gate(void) {
    call = GATE;
    /* Until here they had other numbers: bubblewrap keeps the first three open until all is over. */
    for (int each = 0; each < 3; each++) {
        if (dup2(PIPES + each, each) < 0) {
            fail("pipes");
        }
    }
    if (fcntl(GATE, F_SETFD, FD_CLOEXEC) != 0 || syscall(SYS_close_range, GATE + 1U, ~0U, 0U) != 0) {
        fail("gate");
    }
    /* Nowhere else may it signal all others. */
    if (getpid() != 1) {
        errno = 0;
        fail("first");
    }
    /* Harmless without a filter, refused by every filter of a tool. */
    errno = 0;
    if (syscall(SYS_unshare, 0) == 0 || errno != EPERM) {
        fail("filter");
    }
    read_request(INSIDE);
    set_limits(&asked_for);
    /* Before anything of the tool, and before executions are asked about. */
    if ((asked_for.flags & BRIDGED) != 0 && !bridge_stands()) {
        fail("bridge");
    }
    int asked = (asked_for.flags & CONFINED) != 0 ? ask_about_executions() : -1;
    long seen[] = {getpid(), 0};
    tell("ready", seen, 2);
    unsigned char word;
    if (!received(call, &word, 1) || word != 'g') {
        _exit(NOT_EXECUTED);
    }
    read_command(call);
    sigset_t child_ended, before;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || sigprocmask(SIG_BLOCK, &child_ended, &before) != 0) {
        fail("gate");
    }
    pid_t tool = fork();
    if (tool < 0) {
        fail("fork");
    }
    if (tool == 0) {
        execute(&asked_for, -1, &before);
    }
    /* A secret of the call is in there, and the program has it. */
    explicit_bzero(command_bytes, sizeof command_bytes);
    int children_end = signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
    if (children_end < 0) {
        fail("gate");
    }
    /* The tool alone holds its pipes: their ends are its end. */
    for (int each = 0; each < 3; each++) {
        close(each);
    }
    guard(&asked_for, tool, children_end, asked);
}

/* The launcher ----------------------------------------------------------------------------------------------------- */

static pid_t keepers[MOST_CALLS];
static int keeper_count = 0;

static int is_keeper(pid_t pid) {
    for (int each = 0; each < keeper_count; each++) {
        if (keepers[each] == pid) {
            return 1;
        }
    }
    return 0;
}

/* Whoever is no keeper has lost his: he, or whom he descends from, became a child of this process by that. */
static void reap(int children_end) {
    struct signalfd_siginfo child;
    ssize_t taken = read(children_end, &child, sizeof child);
    (void)taken;
    pid_t ended;
    while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
        for (int each = 0; each < keeper_count; each++) {
            if (keepers[each] == ended) {
                keepers[each] = keepers[--keeper_count];
                break;
            }
        }
    }
    kill_children(is_keeper);
}

static __attribute__((noreturn)) void serve(const sigset_t *child_ended) {
    int children_end = signalfd(-1, child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
    if (children_end < 0) {
        _exit(1);
    }
    struct pollfd watched[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = children_end, .events = POLLIN}};
    for (;;) {
        if (poll(watched, 2, -1) < 0) {
            if (errno != EINTR) {
                _exit(1);
            }
            continue;
        }
        if (watched[1].revents != 0) {
            reap(children_end);
        }
        if (watched[0].revents == 0) {
            continue;
        }
        char word;
        struct iovec said = {.iov_base = &word, .iov_len = 1};
        union {
            struct cmsghdr head;
            char room[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
        } control;
        struct msghdr message = {.msg_iov = &said, .msg_iovlen = 1, .msg_control = &control,
                                 .msg_controllen = sizeof control};
        ssize_t length = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length <= 0) {
            _exit(0);
        }
        int given[MOST_DESCRIPTORS];
        int many = 0;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        if (head != NULL && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
            many = (int)((head->cmsg_len - CMSG_LEN(0)) / sizeof(int));
            memcpy(given, CMSG_DATA(head), (size_t)many * sizeof(int));
        }
        if (many >= CALL_DESCRIPTORS && (message.msg_flags & MSG_CTRUNC) == 0) {
            errno = EAGAIN;
            pid_t made = keeper_count < MOST_CALLS ? fork() : -1;
            if (made == 0) {
                close(children_end);
                sigprocmask(SIG_UNBLOCK, child_ended, NULL);
                keeper(given, many);
            }
            if (made > 0) {
                keepers[keeper_count++] = made;
            }
            if (made < 0) {
                call = given[0];
                char line[160];
                send_line(line, put_number(line, put(line, 0, "failed fork"), errno));
                call = -1;
            }
        }
        for (int each = 0; each < many; each++) {
            close(given[each]);
        }
    }
}

#ifndef PARSE_ONLY
int main(int count_of_words, char **said) {
    if (count_of_words == 2 && strcmp(said[1], "gate") == 0) {
        stand_at_gate();
    }
    for (int each = 1; each < 32; each++) {
        signal(each, SIG_DFL);
    }
    signal(SIGPIPE, SIG_IGN);
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_SETMASK, &child_ended, NULL);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || syscall(SYS_close_range, 3U, ~0U, 0U) != 0) {
        return 1;
    }
    int nothing = open("/dev/null", O_WRONLY);
    if (nothing < 0 || dup2(nothing, STDOUT_FILENO) < 0 || close(nothing) != 0) {
        return 1;
    }
    call = STDIN_FILENO;
    long hello[] = {VERSION, syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION)};
    tell("launch", hello, 2);
    call = -1;
    serve(&child_ended);
}
#else
/* For a test: reads messages, each with its length before it, and says of each what it is: 1 a request, 2 a command. */
int main(void) {
    for (;;) {
        unsigned char head[4];
        if (read(STDIN_FILENO, head, sizeof head) != (ssize_t)sizeof head) {
            return 0;
        }
        struct reader from = {.at = head, .end = head + sizeof head, .bad = 0};
        uint32_t length = small(&from);
        if (length > MOST_BYTES) {
            return 2;
        }
        for (size_t at = 0; at < length;) {
            ssize_t more = read(STDIN_FILENO, bytes + at, length - at);
            if (more <= 0) {
                return 2;
            }
            at += (size_t)more;
        }
        /* Copied to where the sanitizer knows the last byte. */
        unsigned char exact[length == 0 ? 1 : length];
        memcpy(exact, bytes, length);
        char said = parsed(exact, length, &asked_for, &wanted)  ? '1'
                    : parsed_command(exact, length, &wanted) ? '2'
                                                              : '0';
        if (write(STDOUT_FILENO, &said, 1) != 1) {
            return 2;
        }
        (void)keeper;
        (void)serve;
        (void)stand_at_gate;
    }
}
#endif
