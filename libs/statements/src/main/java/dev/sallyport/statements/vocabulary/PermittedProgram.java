package dev.sallyport.statements.vocabulary;

import java.util.List;

/**
 * What the workspace opens to the program of a call beyond its arguments. The node holds the call to it, and to its own
 * rules as well.
 *
 * @param interpreter whether the program may be one that runs code given to it: then only code of one file of the
 *     session's workspace
 * @param environment names of the variables that the call may set
 * @param cwd whether the call may name the folder of the workspace in which the program starts
 */
public record PermittedProgram(boolean interpreter, List<String> environment, boolean cwd) {
    /** Nothing beyond the arguments. */
    public static final PermittedProgram NONE = new PermittedProgram(false, List.of(), false);

    /** Copies the list. */
    public PermittedProgram {
        environment = List.copyOf(environment);
    }
}
