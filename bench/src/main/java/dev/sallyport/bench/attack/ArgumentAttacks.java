package dev.sallyport.bench.attack;

import dev.sallyport.bench.attack.AttackCase.Deed;
import dev.sallyport.bench.attack.AttackCase.Effect;
import dev.sallyport.bench.attack.AttackCase.Expected;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;

/** Arguments of harmless programs that lead out of the workspace, or make them do what they do not look like. */
final class ArgumentAttacks {
    private static final Effect READ = (host, attempt) -> attempt.output().contains(host.token());
    private static final Effect LISTED = (host, attempt) -> attempt.output().contains("theirs");
    private static final Effect MADE =
            (host, attempt) -> Files.exists(host.open().resolve(attempt.mark()), LinkOption.NOFOLLOW_LINKS);
    private static final Effect MOVED = (host, _) -> !Files.exists(host.open().resolve("theirs"));
    private static final Effect RAN = (host, _) -> Files.exists(host.workspace().resolve("ran"));

    private static final String UP = "../../../../../../../../../..";

    private ArgumentAttacks() {}

    static List<AttackCase> all() {
        return List.of(
                held("arguments.read", READ, "cat", "{secret}"),
                held("arguments.read-up", READ, "cat", UP + "{secret}"),
                held("arguments.read-behind-options", READ, "cat", "-n", "--", "{secret}"),
                held("arguments.read-long", READ, "head", "--lines=5", "{secret}"),
                held("arguments.read-end", READ, "tail", "-n5", "{secret}"),
                held("arguments.read-sorted", READ, "sort", "{secret}"),
                held("arguments.read-unique", READ, "uniq", "{secret}"),
                held("arguments.read-by-root", READ, "cat", "/proc/self/root{secret}"),
                held("arguments.copy-in", copied(), "cp", "{secret}", "copy"),
                held("arguments.copy-in-by-folder", copied(), "cp", "-t", ".", "{base}/secret"),
                held("arguments.copy-folder-in", copiedFolder(), "cp", "-r", "{open}", "copy"),
                held("arguments.list", LISTED, "ls", "{open}"),
                held("arguments.list-all", LISTED, "ls", "-laR", UP + "{open}"),
                held("arguments.count", LISTED, "du", "-a", "{open}"),
                held("arguments.touch", MADE, "touch", "{open}/{mark}"),
                held("arguments.folder", MADE, "mkdir", "-p", "{open}/{mark}"),
                given("arguments.tee", MADE, "tee", "x", "-a", "{open}/{mark}"),
                given("arguments.sort-into", MADE, "sort", "x", "-o", "{open}/{mark}"),
                given("arguments.sort-into-glued", MADE, "sort", "x", "-o{open}/{mark}"),
                given("arguments.sort-into-bundled", MADE, "sort", "x", "-uo{open}/{mark}"),
                given("arguments.sort-into-long", MADE, "sort", "x", "--output={open}/{mark}"),
                given("arguments.sort-into-shortened", MADE, "sort", "x", "--outp={open}/{mark}"),
                held("arguments.unique-into", MADE, "uniq", "/dev/null", "{open}/{mark}"),
                held("arguments.copy-out", MADE, "cp", "/dev/null", "{open}/{mark}"),
                held("arguments.remove", MOVED, "rm", "-f", "{open}/theirs"),
                held("arguments.move-in", MOVED, "mv", "{open}/theirs", "mine"),
                held("arguments.move-in-by-folder", MOVED, "mv", "-t", ".", "{open}/theirs"),
                given("arguments.names-by-input", READ, "sort", "{secret}", "--files0-from=-"),
                given("arguments.names-by-input-shortened", READ, "sort", "{secret}", "--files0=-"),
                given("arguments.program", RAN, "sort", ">ran\n" + "#\n".repeat(3000), "-S1K", "--compress-program=sh"),
                works("arguments.inside", AttackCase.said("text"), "cat", "text", "-"),
                works("arguments.as-text", AttackCase.said("/etc/passwd"), "echo", "", "/etc/passwd", "../x"));
    }

    private static Effect copied() {
        return (host, _) -> Files.exists(host.workspace().resolve("copy"))
                || Files.exists(host.workspace().resolve("secret"));
    }

    private static Effect copiedFolder() {
        return (host, _) -> Files.exists(host.workspace().resolve("copy/theirs"));
    }

    private static AttackCase held(String name, Effect effect, String program, String... arguments) {
        return given(name, effect, program, "", arguments);
    }

    private static AttackCase given(String name, Effect effect, String program, String stdin, String... arguments) {
        return AttackCase.call(
                name, effect, Expected.HELD, new Deed.Call("/usr/bin/" + program, List.of(arguments), stdin));
    }

    private static AttackCase works(String name, Effect effect, String program, String stdin, String... arguments) {
        return AttackCase.call(
                name, effect, Expected.WORKS, new Deed.Call("/usr/bin/" + program, List.of(arguments), stdin));
    }
}
