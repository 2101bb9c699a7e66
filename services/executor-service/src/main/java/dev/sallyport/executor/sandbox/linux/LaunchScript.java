package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.call.CallOutput.Words;

/**
 * The constant shell script around bubblewrap. What belongs to a call reaches it only as positional parameters; no data
 * is ever part of a script's text.
 */
final class LaunchScript {
    /** On which the gate tells how the tool ended. */
    static final int REPORT_FD = 3;

    static final int ARGUMENTS_FD = 7;
    static final int STATUS_FD = 8;
    static final int FILTER_FD = 9;

    /** What the gate and the node say to one another. */
    static final Words WORDS = new Words("ready\n", "go\n");

    /**
     * Outside: {@code $1} status file, {@code $2} bubblewrap's arguments, {@code $3} filter, {@code $4} the gate's
     * report, {@code $5} count of files to join cgroups by, these files, then the command. Joining before exec leaves no
     * moment outside the cgroups.
     */
    static final String OUTER = """
            set -eu
            exec 8>"$1" 7<"$2" 9<"$3" 3>"$4"
            count=$5
            shift 5
            while [ "$count" -gt 0 ]; do
              echo 0 >"$1"
              shift
              count=$((count - 1))
            done
            exec "$@"
            """;

    private LaunchScript() {}
}
