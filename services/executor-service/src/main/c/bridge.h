/*
 * The way out of a sandbox whose network is empty: what connects to one port of its loopback is led to the node's proxy,
 * which listens at a socket in the sandbox's folders. The bridge decides nothing and understands nothing of what it
 * carries. Whoever ends it, or goes around it to the socket itself, meets the same proxy or none.
 *
 * It is a process of its own, a child of the gate, and not dumpable. It holds no pipe of the tool and no socket of the
 * node's, so that nothing waits for it. It ends with the gate.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

enum { BRIDGE_PORT = 3128, MOST_BRIDGED = 64, BRIDGE_BYTES = 16384, BRIDGE_BACKLOG = 64 };

#define BRIDGE_SOCKET "/sallyport-egress"

/* One direction of one connection: what was read and is not yet written. */
struct flow {
    int from;
    int to;
    size_t at;
    size_t length;
    int over;
    unsigned char bytes[BRIDGE_BYTES];
};

struct bridged {
    int used;
    struct flow out;
    struct flow in;
};

static struct bridged connections[MOST_BRIDGED];

/* Made by the gate, so that it is there before the tool is. */
static int bridge_listens(void) {
    struct sockaddr_in where;
    memset(&where, 0, sizeof where);
    where.sin_family = AF_INET;
    where.sin_port = htons(BRIDGE_PORT);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0 || bind(made, (struct sockaddr *)&where, sizeof where) != 0 || listen(made, BRIDGE_BACKLOG) != 0) {
        return -1;
    }
    return made;
}

static int to_proxy(void) {
    struct sockaddr_un where;
    memset(&where, 0, sizeof where);
    where.sun_family = AF_UNIX;
    memcpy(where.sun_path, BRIDGE_SOCKET, sizeof BRIDGE_SOCKET);
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made >= 0 && connect(made, (struct sockaddr *)&where, sizeof where) != 0) {
        close(made);
        return -1;
    }
    return made;
}

/* Reads if there is room, writes what there is; 0 once the direction is broken. */
static int moved(struct flow *flow) {
    if (!flow->over && flow->length == 0) {
        ssize_t count = recv(flow->from, flow->bytes, sizeof flow->bytes, MSG_DONTWAIT);
        if (count > 0) {
            flow->at = 0;
            flow->length = (size_t)count;
        } else if (count == 0) {
            flow->over = 1;
            shutdown(flow->to, SHUT_WR);
        } else if (errno != EAGAIN && errno != EINTR) {
            return 0;
        }
    }
    if (flow->length > 0) {
        ssize_t count = send(flow->to, flow->bytes + flow->at, flow->length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0) {
            flow->at += (size_t)count;
            flow->length -= (size_t)count;
        } else if (errno != EAGAIN && errno != EINTR) {
            return 0;
        }
    }
    return 1;
}

/* 0 if there is no descriptor left for one more: who waits is taken in when another has ended. */
static int take_in(int listener) {
    for (int each = 0; each < MOST_BRIDGED; each++) {
        struct bridged *pair = &connections[each];
        if (pair->used) {
            continue;
        }
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) {
            return errno != EMFILE && errno != ENFILE;
        }
        int proxy = to_proxy();
        if (proxy < 0) {
            close(client);
            continue;
        }
        pair->used = 1;
        pair->out = (struct flow){.from = client, .to = proxy};
        pair->in = (struct flow){.from = proxy, .to = client};
    }
    return 1;
}

static short wanted_of(const struct flow *read_by, const struct flow *written_by) {
    short reads = !read_by->over && read_by->length == 0 ? POLLIN : 0;
    short writes = written_by->length > 0 ? POLLOUT : 0;
    return (short)(reads | writes);
}

static __attribute__((noreturn)) void carry(int listener) {
    /* Only what is in use: poll(2) takes no more than there may be open files. */
    static struct pollfd watched[1 + 2 * MOST_BRIDGED];
    static nfds_t places[MOST_BRIDGED];
    int full = 0;
    for (;;) {
        nfds_t many = 1;
        int used = 0;
        for (int each = 0; each < MOST_BRIDGED; each++) {
            struct bridged *pair = &connections[each];
            if (!pair->used) {
                continue;
            }
            /* A negative descriptor is not looked at. One that is over in both directions tells of nothing but that. */
            short of_client = wanted_of(&pair->out, &pair->in);
            short of_proxy = wanted_of(&pair->in, &pair->out);
            places[each] = many;
            watched[many++] = (struct pollfd){.fd = of_client != 0 ? pair->out.from : -1, .events = of_client};
            watched[many++] = (struct pollfd){.fd = of_proxy != 0 ? pair->in.from : -1, .events = of_proxy};
            used++;
        }
        watched[0] = (struct pollfd){.fd = !full && used < MOST_BRIDGED ? listener : -1, .events = POLLIN};
        if (poll(watched, many, -1) < 0 && errno != EINTR) {
            _exit(1);
        }
        for (int each = 0; each < MOST_BRIDGED; each++) {
            struct bridged *pair = &connections[each];
            if (!pair->used || (watched[places[each]].revents == 0 && watched[places[each] + 1].revents == 0)) {
                continue;
            }
            int whole = moved(&pair->out) && moved(&pair->in);
            int over = pair->out.over && pair->in.over && pair->out.length == 0 && pair->in.length == 0;
            if (!whole || over) {
                close(pair->out.from);
                close(pair->in.from);
                pair->used = 0;
                full = 0;
            }
        }
        if (watched[0].revents != 0) {
            full = !take_in(listener);
            if (full && used == 0) {
                _exit(1);
            }
        }
    }
}

/* 0 if it cannot be made; errno says why. */
static int bridge_stands(void) {
    int listener = bridge_listens();
    if (listener < 0) {
        return 0;
    }
    pid_t made = fork();
    if (made == 0) {
        /* All but the listener, which becomes the first. */
        if (dup2(listener, 0) != 0 || syscall(SYS_close_range, 1U, ~0U, 0U) != 0 ||
            prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
            _exit(1);
        }
        carry(0);
    }
    close(listener);
    return made > 0;
}
