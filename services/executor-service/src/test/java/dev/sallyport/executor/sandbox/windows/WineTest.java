package dev.sallyport.executor.sandbox.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.sandbox.SandboxLimits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The table of functions and structures against the headers of Windows, and what Wine does by it: a program that waits in
 * its job until it is let go, has its words, and ends with its job. Wine has no app containers and holds no limit.
 */
@Tag("wine")
class WineTest {
    private static final String NEEDED = "apt-get install gcc-mingw-w64-x86-64-win32 wine64";

    private static final Map<String, StructLayout> STRUCTURES = new TreeMap<>(Map.of(
            "JOBOBJECT_BASIC_LIMIT_INFORMATION", Structs.BASIC_LIMITS,
            "IO_COUNTERS", Structs.IO_COUNTERS,
            "JOBOBJECT_EXTENDED_LIMIT_INFORMATION", Structs.EXTENDED_LIMITS,
            "JOBOBJECT_BASIC_ACCOUNTING_INFORMATION", Structs.ACCOUNTING,
            "SECURITY_ATTRIBUTES", Structs.SECURITY_ATTRIBUTES,
            "SECURITY_CAPABILITIES", Structs.SECURITY_CAPABILITIES,
            "PROCESS_INFORMATION", Structs.PROCESS));

    @Test
    void tableIsThatOfTheHeadersAndAJobEndsWhatIsInIt() throws Exception {
        Path folder = TestFolder.named("wine");
        List<String> words = List.of("plain", "a b", "", "say \"hi\"", "back\\slash\\", "\\\"");
        Files.writeString(folder.resolve("table.h"), table(words), StandardCharsets.US_ASCII);
        String compiled = output(
                folder,
                List.of(
                        "x86_64-w64-mingw32-gcc-win32",
                        "-O1",
                        "-Wall",
                        "-Werror",
                        "-I" + folder,
                        "-o",
                        "probe.exe",
                        Path.of("src/test/c/win32_probe.c").toAbsolutePath().toString(),
                        "-ladvapi32"));
        assertThat(compiled).isEmpty();

        String said = output(folder, List.of("wine64", "probe.exe", "parent"));

        assertThat(said.lines())
                .contains(
                        "in job 1",
                        "before it is let go waits",
                        "resumed from 1",
                        "child " + words.stream().map(word -> "[" + word + "]").collect(Collectors.joining()),
                        "after its job is closed ended");
        assertThat(said.lines().filter(line -> line.startsWith("missing")))
                .as("what Wine does not have")
                .containsOnly("missing CreateAppContainerProfile", "missing DeriveAppContainerSidFromAppContainerName");
    }

    private static String output(Path folder, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("WINEPREFIX", folder.resolve("prefix").toString());
        builder.environment().put("WINEDEBUG", "-all");
        builder.environment().put("HOME", folder.toString());
        Path out = folder.resolve(command.getFirst() + ".out");
        builder.redirectErrorStream(true).redirectOutput(out.toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException("There is no " + command.getFirst() + ": " + NEEDED, e);
        }
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(out).replace("\r", "");
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    /** The node's own values as a header of C. */
    private static String table(List<String> words) {
        List<String> lines = new ArrayList<>();
        STRUCTURES.forEach((name, layout) -> {
            lines.add("_Static_assert(sizeof(%s) == %d, \"%s\");".formatted(name, layout.byteSize(), name));
            for (MemoryLayout field : layout.memberLayouts()) {
                if (!(field instanceof PaddingLayout)) {
                    String of = field.name().orElseThrow();
                    lines.add("_Static_assert(offsetof(%s, %s) == %d, \"%s.%s\");"
                            .formatted(name, of, Structs.offset(layout, of), name, of));
                }
            }
        });
        lines.add("_Static_assert(sizeof(STARTUPINFOEXW) == %d, \"\");".formatted(Structs.STARTUP.byteSize()));
        lines.add("_Static_assert(offsetof(STARTUPINFOEXW, lpAttributeList) == %d, \"\");"
                .formatted(Structs.offset(Structs.STARTUP, "lpAttributeList")));
        lines.add("_Static_assert(offsetof(STARTUPINFOW, hStdInput) == %d, \"\");"
                .formatted(Structs.offset(Structs.STARTUP, "hStdInput")));
        lines.add(
                "_Static_assert(sizeof(EXPLICIT_ACCESS_W) == %d, \"\");".formatted(Structs.EXPLICIT_ACCESS.byteSize()));
        lines.add("_Static_assert(offsetof(EXPLICIT_ACCESS_W, Trustee.ptstrName) == %d, \"\");"
                .formatted(Structs.offset(Structs.EXPLICIT_ACCESS, "ptstrName")));
        constant(lines, "PROC_THREAD_ATTRIBUTE_HANDLE_LIST", AppContainerLauncher.ATTRIBUTE_HANDLE_LIST);
        constant(lines, "JobObjectExtendedLimitInformation", JobLimits.EXTENDED);
        constant(lines, "JobObjectBasicUIRestrictions", JobLimits.USER_INTERFACE);
        constant(lines, "JobObjectBasicAccountingInformation", JobLimits.ACCOUNTING);
        constant(
                lines,
                "CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW",
                AppContainerLauncher.CREATION);
        constant(
                lines,
                "JOB_OBJECT_LIMIT_JOB_TIME | JOB_OBJECT_LIMIT_ACTIVE_PROCESS | JOB_OBJECT_LIMIT_PROCESS_MEMORY"
                        + " | JOB_OBJECT_LIMIT_JOB_MEMORY | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION"
                        + " | JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE",
                JobLimits.FLAGS);
        lines.add("enum { EXTENDED = %d, CREATION = %d, ATTRIBUTE_HANDLE_LIST = %d, ATTRIBUTE_JOB_LIST = %d };"
                .formatted(
                        JobLimits.EXTENDED,
                        AppContainerLauncher.CREATION & ~AppContainerLauncher.CREATE_UNICODE_ENVIRONMENT,
                        AppContainerLauncher.ATTRIBUTE_HANDLE_LIST,
                        AppContainerLauncher.ATTRIBUTE_JOB_LIST));
        lines.add("static const struct { const char *library, *symbol; } table[] = {");
        for (Win32.Function function : Win32.Function.values()) {
            lines.add("    {\"%s.dll\", \"%s\"},".formatted(function.library(), function.symbol()));
        }
        lines.add("};");
        try (Arena memory = Arena.ofConfined()) {
            byte[] limits = JobLimits.of(SandboxLimits.DEFAULT, memory).toArray(ValueLayout.JAVA_BYTE);
            lines.add("static const unsigned char extended_limits[] = {"
                    + IntStream.range(0, limits.length)
                            .mapToObj(at -> Integer.toString(limits[at] & 0xff))
                            .collect(Collectors.joining(", "))
                    + "};");
        }
        List<String> all = new ArrayList<>(List.of("child"));
        all.addAll(words);
        lines.add("static const WCHAR command_line[] = {"
                + (CommandLine.of("probe.exe", all) + "\0")
                        .chars()
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(", "))
                + "};");
        return String.join("\n", lines) + "\n";
    }

    private static void constant(List<String> lines, String name, long value) {
        lines.add("_Static_assert((%s) == %d, \"%s\");".formatted(name, value, name));
    }
}
