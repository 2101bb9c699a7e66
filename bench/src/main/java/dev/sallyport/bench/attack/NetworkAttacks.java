package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;
import static dev.sallyport.bench.attack.AttackCase.works;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.util.List;

/** Whatever listens on the host, and sockets of every family. */
final class NetworkAttacks {
    private static final Effect KNOCKED = (host, _) -> host.wasReached();

    /** Said by a system call that was not refused by permission: the control must not be either. */
    private static final Effect REACHED = AttackCase.said("reached");

    private static final String REPORT = " print 'reached' if $r != -1 or $! != 1";

    private NetworkAttacks() {}

    static List<AttackCase> all() {
        return List.of(
                held(
                        "network.tcp",
                        KNOCKED,
                        "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die;"
                                + " connect($s, sockaddr_in({tcp}, INADDR_LOOPBACK)) or die"),
                held(
                        "network.udp",
                        KNOCKED,
                        "use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0) or die;"
                                + " send($s, 'x', 0, sockaddr_in({udp}, INADDR_LOOPBACK)) or die"),
                held(
                        "network.unix-path",
                        KNOCKED,
                        "use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;"
                                + " connect($s, sockaddr_un('{stream}')) or die"),
                held(
                        "network.unix-datagram",
                        KNOCKED,
                        "use Socket; socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die;"
                                + " send($s, 'x', 0, sockaddr_un('{datagram}')) or die"),
                held(
                        "network.unix-datagram-of-a-pair",
                        KNOCKED,
                        "use Socket; socketpair(my $s, my $t, PF_UNIX, SOCK_DGRAM, 0) or die;"
                                + " send($s, 'x', 0, sockaddr_un('{datagram}')) or die"),
                held(
                        "network.unix-pair-connected-anew",
                        KNOCKED,
                        "use Socket; socketpair(my $s, my $t, PF_UNIX, SOCK_DGRAM, 0) or die;"
                                + " connect($s, sockaddr_un('{datagram}')) or die; send($s, 'x', 0)"),
                held(
                        "network.unix-abstract",
                        KNOCKED,
                        "use Socket; socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die;"
                                + " send($s, 'x', 0, pack('Sa*', 1, \"\\0{abstract}\")) or die"),
                held(
                        "network.netlink",
                        REACHED,
                        "use Socket; my $r = socket(my $s, 16, SOCK_RAW, 0) ? 0 : -1;" + REPORT),
                held(
                        "network.vsock",
                        REACHED,
                        "use Socket; my $r = socket(my $s, 40, SOCK_STREAM, 0) ? 0 : -1;" + REPORT),
                held(
                        "network.ipv6",
                        REACHED,
                        "use Socket; my $r = socket(my $s, 10, SOCK_STREAM, 0) ? 0 : -1;" + REPORT),
                held("network.io-uring", REACHED, "my $r = syscall({nr:425,425}, 1, 0);" + REPORT),
                held(
                        "network.listen",
                        AttackCase.said("listens"),
                        "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die; bind($s, sockaddr_in(0,"
                                + " INADDR_LOOPBACK)) or die; listen($s, 1) or die; print 'listens'"),
                works(
                        "network.pair",
                        AttackCase.said("hello"),
                        "use Socket; socketpair(my $s, my $t, PF_UNIX, SOCK_STREAM, 0) or die; syswrite $s, 'hello';"
                                + " sysread $t, my $x, 5; print $x"));
    }
}
