package dev.sallyport.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A command that only groups others was called alone: it answers with their list. */
public final class MissingCommandException extends ParameterException {
    private static final long serialVersionUID = 1L;

    /** Without a command below this one. */
    public MissingCommandException(CommandLine command) {
        super(command, "name one of its commands:");
    }
}
