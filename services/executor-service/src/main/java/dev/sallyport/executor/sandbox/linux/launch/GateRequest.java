package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import java.nio.file.Path;
import java.util.List;

/**
 * What the first process of a sandbox is told while it waits: {@code sallyport-launch} again, as its gate.
 *
 * @param confined whether the kernel lets the tool execute one program, its own, and never another
 * @param bridged whether it makes a bridge to the node's proxy
 * @param program as it lies inside
 * @param scratchFiles files that each private temporary folder may hold
 * @param scratch these folders, as they lie inside
 */
public record GateRequest(
        boolean confined,
        boolean bridged,
        Path program,
        List<LaunchRequest.Limit> limits,
        long scratchFiles,
        List<String> scratch) {
    /** One without a way to a proxy. */
    public GateRequest(
            boolean confined, Path program, List<LaunchRequest.Limit> limits, long scratchFiles, List<String> scratch) {
        this(confined, false, program, limits, scratchFiles, scratch);
    }

    /** Copies the lists. */
    public GateRequest {
        limits = List.copyOf(limits);
        scratch = List.copyOf(scratch);
    }

    /** The request as the gate reads it, without its length before it. */
    public byte[] bytes() {
        int flags = RequestBytes.INSIDE | (confined ? RequestBytes.CONFINED : 0) | (bridged ? RequestBytes.BRIDGED : 0);
        return new RequestBytes()
                .head(flags, null, limits, Path.of("/"), program)
                .rules(new LandlockRuleset(0, 0, 0, List.of()), new byte[0])
                .handed(List.of())
                .scratch(scratchFiles, scratch)
                .whole();
    }
}
