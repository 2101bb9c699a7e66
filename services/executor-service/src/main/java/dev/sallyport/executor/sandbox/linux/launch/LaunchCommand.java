package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolSecret;
import java.util.List;
import java.util.Map;

/**
 * What belongs to one call and is told to a tool that waits when it may go.
 *
 * @param input whether the program reads what it is given; else nothing
 * @param folder where it starts, as it sees it
 * @param arguments argv with its first word, the name by which the program is called
 * @param environment all of it
 * @param secrets what the program reads from a descriptor or a file of its own
 */
public record LaunchCommand(
        boolean input,
        String folder,
        List<String> arguments,
        Map<String, String> environment,
        List<ToolSecret> secrets) {
    /** The most words in argv, and variables in the environment. */
    static final int MOST_WORDS = 1 << 13;

    /** Copies the collections. */
    public LaunchCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        secrets = List.copyOf(secrets);
    }

    /** Without secrets. */
    public LaunchCommand(boolean input, String folder, List<String> arguments, Map<String, String> environment) {
        this(input, folder, arguments, environment, List.of());
    }

    /** Of a program that is given nothing but its words. */
    static LaunchCommand alone(String folder, List<String> arguments) {
        return new LaunchCommand(false, folder, arguments, Map.of());
    }

    /**
     * The command as it is read, without its length before it.
     *
     * @throws InvalidInput if it is more than can be handed over
     */
    public byte[] bytes() {
        return new RequestBytes().command(this).whole();
    }
}
