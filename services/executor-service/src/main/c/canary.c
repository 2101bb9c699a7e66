/*
 * What the doctor runs in a sandbox. Each trick works where nothing holds it, so that one that fails shows what does.
 *
 * canary nothing | write FILE | read FILE | connect PORT | parent | nest | fork COUNT | memory MIB | outlive | wait
 *
 * Exit status: 0 the trick worked, 1 it did not, 2 wrong usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKED = 0, HELD = 1, USAGE = 2 };

static int opens(const char *file, int how) {
    int opened = open(file, how | O_CLOEXEC, 0600);
    return opened >= 0 && close(opened) == 0 ? WORKED : HELD;
}

static int connects(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short) port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return made >= 0 && connect(made, (struct sockaddr *) &to, sizeof to) == 0 ? WORKED : HELD;
}

/* The parent has the same uid: the gate inside a sandbox, the node without one. */
static int touches_parent(void) {
    char memory[32];
    snprintf(memory, sizeof memory, "/proc/%d/mem", getppid());
    return opens(memory, O_RDWR);
}

static int forks(int count) {
    int made = 0;
    pid_t *children = calloc((size_t) count, sizeof *children);
    while (children != NULL && made < count && (children[made] = fork()) >= 0) {
        if (children[made] == 0) {
            pause();
            _exit(0);
        }
        made++;
    }
    /* Long enough to be counted where the kernel does not bound them. */
    usleep(150 * 1000);
    for (int each = 0; each < made; each++) {
        kill(children[each], SIGKILL);
        waitpid(children[each], NULL, 0);
    }
    return made == count ? WORKED : HELD;
}

static int uses(size_t mebibytes) {
    size_t size = mebibytes << 20;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return HELD;
    }
    memset(memory, 1, size);
    return memory[size - 1] == 1 ? WORKED : HELD;
}

/* An orphan in a session of its own, that ignores what it can. */
static int outlives(void) {
    pid_t child = fork();
    if (child == 0) {
        setsid();
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        if (fork() == 0) {
            sleep(60);
        }
        _exit(0);
    }
    return child > 0 && waitpid(child, NULL, 0) == child ? WORKED : HELD;
}

int main(int count, char **arguments) {
    const char *trick = count > 1 ? arguments[1] : "";
    const char *what = count > 2 ? arguments[2] : "";
    if (strcmp(trick, "nothing") == 0) {
        return WORKED;
    }
    if (strcmp(trick, "write") == 0) {
        return opens(what, O_WRONLY | O_CREAT);
    }
    if (strcmp(trick, "read") == 0) {
        return opens(what, O_RDONLY);
    }
    if (strcmp(trick, "connect") == 0) {
        return connects(atoi(what));
    }
    if (strcmp(trick, "parent") == 0) {
        return touches_parent();
    }
    if (strcmp(trick, "nest") == 0) {
        return unshare(CLONE_NEWUSER) == 0 ? WORKED : HELD;
    }
    if (strcmp(trick, "fork") == 0) {
        return forks(atoi(what));
    }
    if (strcmp(trick, "memory") == 0) {
        return uses((size_t) atoi(what));
    }
    if (strcmp(trick, "outlive") == 0) {
        return outlives();
    }
    if (strcmp(trick, "wait") == 0) {
        sleep(60);
        return WORKED;
    }
    return USAGE;
}
