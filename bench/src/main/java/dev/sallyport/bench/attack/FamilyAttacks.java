package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sockets of families that few programs use and many kernels have, and sockets by way of other programs. */
final class FamilyAttacks {
    private static final Effect KNOCKED = (host, _) -> host.wasReached();

    /** Not refused by permission: that the kernel lacks the family is what the control may say. */
    private static final String REPORT = " print 'reached' if $r != -1 or $! != 1";

    /** By their numbers (bits/socket.h): type and protocol are looked at after the family. */
    private static final Map<String, String> FAMILIES = new TreeMap<>(Map.of(
            "alg", "38, 5, 0",
            "bluetooth", "31, 3, 0",
            "can", "29, 3, 1",
            "kcm", "41, 5, 0",
            "phonet", "35, 2, 0",
            "rds", "21, 5, 0",
            "sctp", "2, 1, 132",
            "smc", "43, 1, 0",
            "tipc", "30, 5, 0"));

    private FamilyAttacks() {}

    static List<AttackCase> all() {
        List<AttackCase> all = new ArrayList<>(List.of(
                held(
                        "network.by-a-shell",
                        KNOCKED,
                        "system('/usr/bin/bash', '-c', 'echo x > /dev/tcp/127.0.0.1/{tcp}')"),
                held("network.by-a-child", KNOCKED, connected("if (!fork) { ", " exit } wait")),
                held(
                        "network.by-another-program",
                        KNOCKED,
                        "exec('/usr/bin/perl', '-e', q(" + connected("", "") + "), '--', @ARGV)"),
                held(
                        "network.listen-on-the-host",
                        (host, attempt) -> Files.exists(host.open().resolve(attempt.mark())),
                        "use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;"
                                + " bind($s, sockaddr_un(\"{open}/$ARGV[0]\"))"),
                held(
                        "network.pair-of-another-family",
                        AttackCase.said("reached"),
                        "use Socket; my $r = socketpair(my $s, my $t, PF_INET, SOCK_STREAM, 0) ? 0 : -1;" + REPORT),
                held(
                        "network.io-uring-entered",
                        AttackCase.said("reached"),
                        "my $r = syscall({nr:426,426}, -1, 0, 0, 0, 0, 0);" + REPORT),
                held(
                        "network.io-uring-registered",
                        AttackCase.said("reached"),
                        "my $r = syscall({nr:427,427}, -1, 0, 0, 0);" + REPORT)));
        FAMILIES.forEach((name, numbers) -> all.add(held(
                "network.family-" + name,
                AttackCase.said("reached"),
                "my $r = syscall({nr:41,198}, " + numbers + ");" + REPORT)));
        return List.copyOf(all);
    }

    private static String connected(String before, String after) {
        return before
                + "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or exit;"
                + " connect($s, sockaddr_in({tcp}, INADDR_LOOPBACK));" + after;
    }
}
