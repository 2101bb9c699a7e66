package dev.sallyport.executor.sandbox.linux.kernel;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the kernel says about one process, read from the node's own /proc (proc(5)). */
public final class ProcessView {
    /** One line of mountinfo: where, with which options, of which type. */
    public record Mount(String point, String options, String type) {
        /** Whether nobody may write there. */
        public boolean readOnly() {
            return Arrays.asList(options.split(",", -1)).contains("ro");
        }
    }

    /** O_CLOEXEC, the same on both processors known here (asm-generic/fcntl.h). */
    private static final int CLOSE_ON_EXECUTION = 02000000;

    private static final Path PROC = Path.of("/proc");

    private final Path directory;

    /** That of the process with this number. */
    public ProcessView(long pid) {
        directory = PROC.resolve(Long.toString(pid));
    }

    /** That of this JVM. */
    public static ProcessView self() throws IOException {
        return new ProcessView(ProcessHandle.current().pid());
    }

    /** How many processes and threads a user has on this host, as far as this process may see. */
    public static int countOf(int uid) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : processes) {
                try {
                    Map<String, String> status =
                            new ProcessView(Long.parseLong(each.getFileName().toString())).status();
                    if (String.valueOf(status.get("Uid")).split("\\s+", -1)[0].equals(Integer.toString(uid))) {
                        count += Integer.parseInt(status.getOrDefault("Threads", "1"));
                    }
                } catch (IOException _) {
                    // It has ended meanwhile.
                }
            }
        }
        return count;
    }

    /** What the process sees as its root folder; needs the right to trace the process. */
    public Path root() {
        return directory.resolve("root");
    }

    /** The fields of {@code status}, values trimmed. */
    public Map<String, String> status() throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : lines("status")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    /** Soft limit by name as in {@code limits}, for example {@code Max open files}. */
    public Map<String, String> limits() throws IOException {
        Map<String, String> limits = new HashMap<>();
        for (String line : lines("limits")) {
            String[] columns = line.split(" {2,}", -1);
            if (columns.length >= 3) {
                limits.put(columns[0].strip(), columns[1].strip());
            }
        }
        return limits;
    }

    /** Everything that is mounted where the process sees it. */
    public List<Mount> mounts() throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (String line : lines("mountinfo")) {
            String[] halves = line.split(" - ", 2);
            String[] fields = halves[0].split(" ", -1);
            mounts.add(new Mount(unescape(fields[4]), fields[5], halves[1].split(" ", -1)[0]));
        }
        return mounts;
    }

    /** Its user namespace's map, lines joined by a semicolon. */
    public String uidMap() throws IOException {
        return String.join(";", lines("uid_map")).strip().replaceAll(" +", " ");
    }

    /** Direct children of all its threads; empty if the process is gone. */
    public List<Long> children() {
        List<Long> children = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(directory.resolve("task"))) {
            for (Path thread : threads) {
                for (String child : Files.readString(thread.resolve("children")).split(" ", -1)) {
                    if (!child.isBlank()) {
                        children.add(Long.valueOf(child.strip()));
                    }
                }
            }
            return children;
        } catch (NoSuchFileException | DirectoryIteratorException _) {
            // A thread that has ended meanwhile, or a kernel without CONFIG_PROC_CHILDREN.
            return ProcessHandle.of(Long.parseLong(directory.getFileName().toString())).stream()
                    .flatMap(ProcessHandle::children)
                    .map(ProcessHandle::pid)
                    .toList();
        } catch (IOException _) {
            return children;
        }
    }

    /** Open descriptors with their targets; needs the right to trace the process. */
    public Map<Integer, String> descriptors() throws IOException {
        Map<Integer, String> open = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.resolve("fd"))) {
            for (Path entry : entries) {
                open.put(
                        Integer.valueOf(entry.getFileName().toString()),
                        Files.readSymbolicLink(entry).toString());
            }
        }
        return open;
    }

    /** Where its descriptors are listed. */
    Path descriptorFolder() {
        return directory.resolve("fd");
    }

    /** Whether a descriptor is closed when the process becomes another program; needs the right to trace the process. */
    public boolean closesOnExecution(int descriptor) throws IOException {
        for (String line : lines("fdinfo/" + descriptor)) {
            if (line.startsWith("flags:")) {
                return (Long.parseLong(line.substring("flags:".length()).strip(), 8) & CLOSE_ON_EXECUTION) != 0;
            }
        }
        return false;
    }

    /** Inode number of a namespace, as {@code net}; needs the right to trace the process. */
    public long namespace(String name) throws IOException {
        String link =
                Files.readSymbolicLink(directory.resolve("ns").resolve(name)).toString();
        return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
    }

    /** Whether the process is gone: no entry, or a zombie, whose namespace the kernel has already emptied. */
    public boolean gone() {
        try {
            return String.valueOf(status().get("State")).startsWith("Z");
        } catch (IOException _) {
            return true;
        }
    }

    /** CPU ticks of a process and of its children that it has waited for, and its resident pages. */
    record Use(long ticks, long pages) {}

    /** What the process has used so far. */
    Use use() throws IOException {
        String stat = Files.readString(directory.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int index = 11; index <= 14; index++) {
            ticks += Long.parseLong(fields[index]);
        }
        return new Use(ticks, Long.parseLong(fields[21]));
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file));
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
