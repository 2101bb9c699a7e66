package dev.sallyport.executor.sandbox;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.executor.secret.Redaction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides what one call gets; a pure value, from which a platform makes its command.
 *
 * @param executable absolute path of the program as the tool sees it
 * @param image the file whose bytes were hashed; it is what runs under that path
 * @param arguments argv without the program
 * @param workspace folder of the session on this host, the only one the tool may write to
 * @param folder where the program starts, as it sees it: the workspace or a folder in it
 * @param confined whether the tool may not write to the workspace either, and may start no second program
 * @param environment the tool's whole environment
 * @param network what the tool reaches over the network
 * @param limits what the call may use
 * @param secrets what the program reads from a descriptor or a file of its own
 * @param redaction what is taken out of all that the program writes before any of it is kept
 */
public record SandboxPlan(
        Path executable,
        Path image,
        List<String> arguments,
        Path workspace,
        String folder,
        boolean confined,
        Map<String, String> environment,
        NetworkPlan network,
        SandboxLimits limits,
        List<ToolSecret> secrets,
        Redaction redaction) {
    /** Where the workspace is found inside every sandbox. */
    public static final String WORKSPACE = PathArgument.WORKSPACE;

    /** The same without secrets. */
    public SandboxPlan(
            Path executable,
            Path image,
            List<String> arguments,
            Path workspace,
            String folder,
            boolean confined,
            Map<String, String> environment,
            NetworkPlan network,
            SandboxLimits limits) {
        this(
                executable,
                image,
                arguments,
                workspace,
                folder,
                confined,
                environment,
                network,
                limits,
                List.of(),
                Redaction.NONE);
    }

    /** The same for a program that starts in the workspace itself. */
    public SandboxPlan(
            Path executable,
            Path image,
            List<String> arguments,
            Path workspace,
            boolean confined,
            Map<String, String> environment,
            NetworkPlan network,
            SandboxLimits limits) {
        this(executable, image, arguments, workspace, WORKSPACE, confined, environment, network, limits);
    }

    /** Refuses paths that are not absolute with {@link IllegalArgumentException}, arguments with a NUL with {@link
     * ToolFailure.InvalidInput}. */
    public SandboxPlan {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        secrets = List.copyOf(secrets);
        if (!executable.isAbsolute() || !image.isAbsolute() || !workspace.isAbsolute()) {
            throw new IllegalArgumentException("executable, image and workspace must be absolute paths");
        }
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new ToolFailure.InvalidInput("An argument contains a NUL character, which no program can be"
                        + " given: remove it from args.");
            }
        }
    }
}
