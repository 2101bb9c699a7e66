package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.util.Map;

/**
 * The tools of this node. Each is looked up by kind of code, name and version; the tools that the node brings along are
 * of version 1 and the same whatever their metadata says, so their digest is not looked at. Every other tool that is a
 * program is one that a workspace has registered: its call comes written out as a command. Every tool that is WebAssembly
 * is a skill's.
 */
public final class Toolbox {
    /** The tool that runs whatever program it is given. */
    static final String PROCESS_RUN = "process.run";

    private static final String VERSION = "1";

    private record Key(RuntimeKind kind, String name, String version) {}

    private final Map<Key, Tool> tools;
    private final Tool programs;
    private final Tool skills;

    /** A toolbox with the built-in tools, {@code http.fetch}, {@code process.run} and the tools of skills. */
    public Toolbox(BuiltInTools builtIn, HttpFetchTool fetch, ProcessRunTool processes, SkillTool skills) {
        programs = processes;
        this.skills = skills;
        tools = Map.of(
                builtIn("echo"),
                builtIn::echo,
                builtIn("sleep"),
                builtIn::sleep,
                builtIn("fs.read"),
                builtIn::read,
                builtIn("fs.list"),
                builtIn::list,
                builtIn("fs.write"),
                builtIn::write,
                builtIn(HttpFetchTool.NAME),
                fetch,
                new Key(RuntimeKind.PROCESS, PROCESS_RUN, VERSION),
                processes);
    }

    private static Key builtIn(String name) {
        return new Key(RuntimeKind.BUILTIN, name, VERSION);
    }

    /** Starts the call's tool; a tool that this node does not have is refused. */
    public RunningTool start(ToolCall call) throws InterruptedException {
        ToolIdentity wanted = call.tool();
        boolean own = wanted.kind() == RuntimeKind.PROCESS && !wanted.name().equals(PROCESS_RUN);
        Tool tool = wanted.kind() == RuntimeKind.WASM
                ? skills
                : own ? programs : tools.get(new Key(wanted.kind(), wanted.name(), wanted.version()));
        if (tool == null) {
            throw new InvalidInput("This node has no tool " + wanted.name() + " of version " + wanted.version()
                    + " and kind " + wanted.kind().wire() + ": use a pool whose nodes have it.");
        }
        return tool.start(call);
    }
}
