package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import java.util.Map;

/** The tools of this node by name; all are of version 1. */
public final class Toolbox {

    private static final String VERSION = "1";

    private final Map<String, Tool> tools;

    /** A toolbox with the built-in tools and {@code process.run}. */
    public Toolbox(BuiltInTools builtIn, ProcessRunTool processes) {
        tools = Map.of(
                "echo", builtIn::echo,
                "sleep", builtIn::sleep,
                "fs.read", builtIn::read,
                "fs.list", builtIn::list,
                "fs.write", builtIn::write,
                "process.run", processes);
    }

    /** Starts the call's tool; a tool or version that this node does not have is refused. */
    public RunningTool start(ToolCall call) throws InterruptedException {
        Tool tool = tools.get(call.tool());
        if (tool == null || !call.version().equals(VERSION)) {
            throw new InvalidInput("This node has no tool " + call.tool() + " of version " + call.version()
                    + ": use a pool whose nodes have it.");
        }
        return tool.start(call);
    }
}
