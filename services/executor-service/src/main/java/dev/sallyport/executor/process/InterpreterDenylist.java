package dev.sallyport.executor.process;

import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Recognises programs that run other programs or code given to them: by their bytes, so that a copy, a rename, a link
 * or a versioned name is recognised too, and by name. Advice and early refusal only; the sandbox bounds what they
 * could do.
 */
public final class InterpreterDenylist {
    private static final List<String> NAMES = List.of(
            "sh",
            "bash",
            "dash",
            "ash",
            "zsh",
            "ksh",
            "mksh",
            "fish",
            "csh",
            "tcsh",
            "busybox",
            "toybox",
            "python",
            "node",
            "nodejs",
            "deno",
            "bun",
            "ruby",
            "perl",
            "php",
            "lua",
            "luajit",
            "awk",
            "gawk",
            "mawk",
            "nawk",
            "tclsh",
            "wish",
            "expect",
            "java",
            "jshell",
            "env",
            "xargs",
            "nice",
            "nohup",
            "timeout",
            "setsid",
            "stdbuf",
            "chroot",
            "setpriv",
            "unshare",
            "nsenter",
            "flock",
            "script",
            "watch",
            "ld.so",
            "ld-linux-x86-64.so",
            "ld-linux-aarch64.so",
            "ld-musl-x86_64.so",
            "gdb",
            "strace",
            "ssh",
            "sudo",
            "su",
            "find",
            "vi",
            "vim",
            "ed",
            "emacs",
            "sed",
            "make",
            "apt-get",
            "cargo",
            "choom",
            "chrt",
            "dpkg",
            "fakeroot",
            "g++",
            "gcc",
            "git",
            "go",
            "install",
            "ionice",
            "less",
            "m4",
            "man",
            "more",
            "nano",
            "npm",
            "npx",
            "parallel",
            "prlimit",
            "psql",
            "pwsh",
            "rsync",
            "run-parts",
            "scp",
            "screen",
            "setarch",
            "sftp",
            "split",
            "sqlite3",
            "start-stop-daemon",
            "systemd-run",
            "tar",
            "taskset",
            "time",
            "tmux",
            "wget",
            "zip",
            // macOS
            "arch",
            "automator",
            "caffeinate",
            "launchctl",
            "open",
            "osascript",
            "sandbox-exec",
            "swift",
            "xcrun",
            // Windows
            "certutil",
            "cmd",
            "conhost",
            "cscript",
            "forfiles",
            "hh",
            "installutil",
            "msbuild",
            "mshta",
            "msiexec",
            "pcalua",
            "powershell",
            "py",
            "regasm",
            "regsvcs",
            "regsvr32",
            "rundll32",
            "schtasks",
            "start",
            "winget",
            "wmic",
            "wscript",
            "wsl");

    /** Words that a build of the interpreter contains, whatever its file is called. */
    private static final Map<String, String> MARKS = Map.ofEntries(
            Map.entry("BASH_VERSINFO", "bash"),
            Map.entry("KSH_VERSION", "ksh"),
            Map.entry("ZSH_VERSION", "zsh"),
            Map.entry("BusyBox v", "busybox"),
            Map.entry("toybox ", "toybox"),
            Map.entry("PYTHONHASHSEED", "python"),
            Map.entry("Py_BytesMain", "python"),
            Map.entry("NODE_OPTIONS", "node"),
            Map.entry("DENO_DIR", "deno"),
            Map.entry("RUBYLIB", "ruby"),
            Map.entry("ruby_run_node", "ruby"),
            Map.entry("PERL5LIB", "perl"),
            Map.entry("perl_run", "perl"),
            Map.entry("PHP_INI_SCAN_DIR", "php"),
            Map.entry("LUA_PATH", "lua"),
            Map.entry("AWKPATH", "awk"),
            Map.entry("TCLLIBPATH", "tcl"),
            Map.entry("JLI_Launch", "java"));

    /** A program may be larger than this JVM's memory. */
    private static final int WINDOW = 1 << 20;

    private static final int OVERLAP =
            MARKS.keySet().stream().mapToInt(String::length).max().orElseThrow();

    private static final Pattern VERSION = Pattern.compile("[-.]?\\d[\\d.]*$");
    private static final Pattern SUFFIX = Pattern.compile("\\.(exe|com|bat|cmd|real|orig|old|bak|static)$");

    private final Map<Digest, String> known = new HashMap<>();

    /** What reading the bytes said, by digest: the same bytes say the same again. */
    private final Map<Digest, Optional<String>> read = new ConcurrentHashMap<>();

    /** Learns the digests of the interpreters that are installed in the given folders. */
    public InterpreterDenylist(List<Path> folders) throws IOException {
        for (Path folder : folders) {
            for (String name : NAMES) {
                Path file = folder.resolve(name);
                if (Files.isRegularFile(file)) {
                    known.put(ExecutableStore.digestOf(file), name);
                }
            }
        }
    }

    /** What the program is, if it is one of those. */
    public Optional<String> recognise(ExecutableImage image) throws IOException {
        String byDigest = known.get(image.digest());
        if (byDigest != null) {
            return Optional.of(byDigest);
        }
        for (String name : List.of(image.name(), image.path().getFileName().toString())) {
            if (NAMES.contains(plain(name))) {
                return Optional.of(plain(name));
            }
        }
        Optional<String> before = read.get(image.digest());
        if (before == null) {
            try (InputStream bytes = Files.newInputStream(image.copy())) {
                before = byContent(bytes);
            }
            read.put(image.digest(), before);
        }
        return before;
    }

    /** Reads through a window that moves on by less than it is long, so that no mark is cut in two unseen. */
    static Optional<String> byContent(InputStream bytes) throws IOException {
        byte[] window = new byte[WINDOW];
        int length = bytes.readNBytes(window, 0, window.length);
        if (length > 2 && window[0] == '#' && window[1] == '!') {
            return Optional.of("script");
        }
        while (true) {
            String text = new String(window, 0, length, StandardCharsets.ISO_8859_1);
            for (Map.Entry<String, String> mark : MARKS.entrySet()) {
                if (text.contains(mark.getKey())) {
                    return Optional.of(mark.getValue());
                }
            }
            if (length < window.length) {
                return Optional.empty();
            }
            System.arraycopy(window, length - OVERLAP, window, 0, OVERLAP);
            length = OVERLAP + bytes.readNBytes(window, OVERLAP, window.length - OVERLAP);
        }
    }

    /** The name without case, version and usual endings: {@code Python3.11.EXE} is {@code python}. */
    static String plain(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        for (String before = ""; !before.equals(plain); ) {
            before = plain;
            plain = SUFFIX.matcher(plain).replaceFirst("");
            plain = plain.endsWith(".so") ? plain : VERSION.matcher(plain).replaceFirst("");
        }
        return plain;
    }
}
