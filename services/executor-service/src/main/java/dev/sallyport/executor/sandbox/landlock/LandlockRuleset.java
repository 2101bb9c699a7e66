package dev.sallyport.executor.sandbox.landlock;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tool's domain refuses, and what its rules grant of that again: a pure value, which the launcher hands to the
 * kernel.
 *
 * @param files handled accesses to files
 * @param network handled accesses to TCP; no rule grants any
 * @param scopes what must stay in the domain
 */
public record LandlockRuleset(long files, long network, long scopes, List<Rule> rules) {
    /** Where distributions keep programs and libraries, and links to such folders. */
    private static final List<String> PROGRAMS =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");

    /** What programs of any kind read of /etc: nothing of it names users, hosts or secrets. */
    private static final List<String> SETTINGS = List.of("/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/openssl.cnf");

    /** The same in folders: the kernel takes no rule about a folder's entries for what is none. */
    private static final List<String> SETTINGS_FOLDERS = List.of("/etc/alternatives", "/etc/ssl/certs");

    /** What is needed to find hosts by their names. */
    private static final List<String> NAMES = List.of(
            "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols");

    private static final List<String> DEVICES_READ = List.of("/dev/random", "/dev/urandom");
    private static final List<String> DEVICES = List.of("/dev/null", "/dev/zero", "/dev/full");

    /**
     * A grant for what lies there or below.
     *
     * @param path found through links, as the kernel does
     * @param optional whether the call goes on where there is nothing
     */
    public record Rule(Path path, long access, boolean optional) {}

    /** Copies the list. */
    public LandlockRuleset {
        rules = List.copyOf(rules);
    }

    /**
     * The ruleset of a tool.
     *
     * @param program the image that runs
     * @param programs folders with programs beside the system's own
     * @param writable whether the tool may change the workspace
     * @param network whether it has one
     */
    public static LandlockRuleset of(
            LandlockAbi abi, Path program, Path workspace, List<Path> programs, boolean writable, boolean network) {
        Grants grants = new Grants(abi.files());
        PROGRAMS.forEach(path -> grants.optional(path, FileAccess.RUN));
        programs.forEach(path -> grants.add(path, FileAccess.RUN, true));
        SETTINGS.forEach(path -> grants.optional(path, FileAccess.READ_FILE));
        SETTINGS_FOLDERS.forEach(path -> grants.optional(path, FileAccess.READ_FILE | FileAccess.READ_FOLDER));
        if (network) {
            NAMES.forEach(path -> grants.optional(path, FileAccess.READ_FILE));
        }
        DEVICES_READ.forEach(path -> grants.optional(path, FileAccess.READ_FILE));
        DEVICES.forEach(path -> grants.optional(path, FileAccess.READ_FILE | FileAccess.WRITE_FILE));
        grants.add(program, FileAccess.EXECUTE | FileAccess.READ_FILE, false);
        grants.add(workspace, writable ? FileAccess.WORK : FileAccess.RUN, false);
        return new LandlockRuleset(abi.files(), network ? 0 : abi.network(), abi.scoped(), grants.rules);
    }

    /** Rules that name nothing which this version does not handle: the kernel refuses such. */
    private static final class Grants {
        private final long handled;
        private final List<Rule> rules = new ArrayList<>();

        Grants(long handled) {
            this.handled = handled;
        }

        void optional(String path, long access) {
            add(Path.of(path), access, true);
        }

        void add(Path path, long access, boolean optional) {
            rules.add(new Rule(path, access & handled, optional));
        }
    }
}
