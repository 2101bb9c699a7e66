package dev.sallyport.executor.sandbox;

import java.util.List;
import java.util.Set;

/** This host, as far as sandboxes are concerned. */
public interface SandboxHost {
    /** What there is to be tried here, the strongest tier first. */
    List<SandboxProbe> probes();

    /**
     * The mechanisms by which this host can account for a call's processes as a whole, as {@code memory} or {@code v2}.
     */
    Set<String> accounting();

    /** What this host holds by weaker means than it could, and what to change, a sentence each; empty if nothing. */
    List<String> degraded();
}
