package dev.sallyport.e2e.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The TCP ports on which a process listens, as the kernel tells: a node's internal connector has any free one. */
final class Listening {
    private static final String LISTEN = "0A";

    private Listening() {}

    /** In ascending order. See proc_pid_net(5) for the columns read here. */
    static List<Integer> portsOf(long pid) throws IOException {
        Set<String> own = new TreeSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    own.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException _) {
                    // It was open while the folder was listed.
                }
            }
        }
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                List<String> columns = new ArrayList<>(List.of(line.strip().split("\\s+")));
                if (columns.size() > 9
                        && columns.get(3).equals(LISTEN)
                        && own.contains("socket:[" + columns.get(9) + "]")) {
                    String local = columns.get(1);
                    ports.add(Integer.parseInt(local.substring(local.indexOf(':') + 1), 16));
                }
            }
        }
        return List.copyOf(ports);
    }
}
