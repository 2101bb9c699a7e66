package dev.sallyport.bench.attack;

import dev.sallyport.bench.attack.AttackCase.Deed;
import dev.sallyport.bench.attack.AttackCase.Effect;
import dev.sallyport.bench.attack.AttackCase.Expected;
import java.nio.file.Files;
import java.util.List;

/** Programs that run code given to them, or start others, under whatever name; and an allowed one given more than a file. */
final class InterpreterAttacks {
    private static final Effect RAN = (host, _) -> Files.exists(host.workspace().resolve("ran"));
    private static final String CODE = "open(F,q(>),q(ran))";
    private static final String SHELL = ">ran";
    private static final String TOUCH = "/usr/bin/touch";

    private InterpreterAttacks() {}

    static List<AttackCase> all() {
        return List.of(
                held("interpreters.renamed", "{base}/report", "-e", CODE),
                held("interpreters.kept-aside", "{base}/report.bak", "-e", CODE),
                held("interpreters.of-another-system", "{base}/perl5.36.0.exe", "-e", CODE),
                held("interpreters.linked", "{base}/linked", "-e", CODE),
                held("interpreters.renamed-shell", "{base}/list", "-c", SHELL),
                held("interpreters.script", "{base}/script", TOUCH, "ran"),
                held("interpreters.shell", "/usr/bin/bash", "-c", SHELL),
                given("interpreters.shell-by-input", "/usr/bin/dash", SHELL),
                held("interpreters.environment", "/usr/bin/env", TOUCH, "ran"),
                given("interpreters.words-of-input", "/usr/bin/xargs", "ran", TOUCH),
                held("interpreters.nicer", "/usr/bin/nice", TOUCH, "ran"),
                held("interpreters.timed", "/usr/bin/timeout", "5", TOUCH, "ran"),
                held("interpreters.session", "/usr/bin/setsid", "--wait", TOUCH, "ran"),
                held("interpreters.buffered", "/usr/bin/stdbuf", "-oL", TOUCH, "ran"),
                held("interpreters.unhung", "/usr/bin/nohup", TOUCH, "ran"),
                held("interpreters.found", "/usr/bin/find", ".", "-maxdepth", "0", "-exec", TOUCH, "ran", ";"),
                held("interpreters.edited", "/usr/bin/sed", "-n", "-e", "w ran", "/dev/null"),
                held("interpreters.patterns", "/usr/bin/mawk", "BEGIN { print \"x\" > \"ran\" }"),
                held("interpreters.limited", "/usr/bin/prlimit", "--nofile=64", TOUCH, "ran"),
                held("interpreters.personality", "/usr/bin/setarch", "-R", TOUCH, "ran"),
                given(
                        "interpreters.archive",
                        "/usr/bin/tar",
                        "",
                        "-cf",
                        "-",
                        "--checkpoint=1",
                        "--checkpoint-action=exec=/usr/bin/touch ran",
                        "/usr/bin/true"),
                given("interpreters.parts-of-input", "/usr/bin/split", "x\n", "--filter=cat > ran"),
                held("interpreters.allowed-with-code", "/usr/bin/perl", "-e", CODE),
                held("interpreters.allowed-with-glued-code", "/usr/bin/perl", "-e" + CODE),
                held("interpreters.allowed-with-a-bundle", "/usr/bin/perl", "-we" + CODE),
                held("interpreters.allowed-with-a-module", "/usr/bin/perl", "-Mstrict;" + CODE, "/dev/null"),
                given("interpreters.allowed-by-input", "/usr/bin/perl", CODE),
                given("interpreters.allowed-by-a-dash", "/usr/bin/perl", CODE, "-"),
                held("interpreters.allowed-with-a-file-of-the-host", "/usr/bin/perl", "{base}/script", TOUCH, "ran"),
                AttackCase.call(
                        "programs.called",
                        AttackCase.said("hello"),
                        Expected.WORKS,
                        new Deed.Call("/usr/bin/echo", List.of("hello"), "")));
    }

    private static AttackCase held(String name, String program, String... arguments) {
        return AttackCase.call(name, RAN, Expected.HELD, new Deed.Call(program, List.of(arguments), ""));
    }

    private static AttackCase given(String name, String program, String stdin, String... arguments) {
        return AttackCase.call(name, RAN, Expected.HELD, new Deed.Call(program, List.of(arguments), stdin));
    }
}
