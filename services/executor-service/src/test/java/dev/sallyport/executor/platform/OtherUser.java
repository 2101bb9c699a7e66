package dev.sallyport.executor.platform;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sallyport.executor.TestNodeUser;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/** Work on files without root's rights, also where the tests run as root: a thread can give them up by itself. */
final class OtherUser {
    private OtherUser() {}

    /** Makes a folder and all below it that user's. */
    static void give(Path folder) throws IOException {
        ToolUser user = TestNodeUser.orNull();
        if (user != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.toList()) {
                    Platform.current().give(file, user);
                }
            }
        }
    }

    /** Does it as that user. */
    static <T> T as(Callable<T> work) throws Exception {
        ToolUser user = TestNodeUser.orNull();
        FutureTask<T> task = new FutureTask<>(() -> {
            if (user != null) {
                fileSystemUser("setfsgid", user.gid());
                fileSystemUser("setfsuid", user.uid());
            }
            return work.call();
        });
        Thread.ofPlatform().start(task);
        return task.get();
    }

    @SuppressWarnings({"restricted", "ReturnValueIgnored"})
    private static void fileSystemUser(String function, int id) {
        Linker linker = Linker.nativeLinker();
        MethodHandle set = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            int _ = (int) set.invokeExact(id);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
