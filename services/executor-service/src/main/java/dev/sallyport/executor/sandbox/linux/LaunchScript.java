package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.call.CallOutput.Words;

/**
 * The two constant shell scripts around bubblewrap. What belongs to a call reaches them only as positional parameters;
 * no data is ever part of a script's text.
 */
final class LaunchScript {
    static final int ARGUMENTS_FD = 7;
    static final int STATUS_FD = 8;
    static final int FILTER_FD = 9;

    /** What the gate and the node say to one another. */
    static final Words WORDS = new Words("ready\n", "go\n");

    /**
     * Outside: {@code $1} status file, {@code $2} bubblewrap's arguments, {@code $3} filter, {@code $4} count of
     * files to join cgroups by, these files, then the command. Joining before exec leaves no moment outside the
     * cgroups.
     */
    static final String OUTER = """
            set -eu
            exec 8>"$1" 7<"$2" 9<"$3"
            count=$4
            shift 4
            while [ "$count" -gt 0 ]; do
              echo 0 >"$1"
              shift
              count=$((count - 1))
            done
            exec "$@"
            """;

    /**
     * Inside, under the filter: {@code $1} address space in KiB or 0, {@code $2} CPU seconds, {@code $3} file size in
     * blocks of 512 bytes, {@code $4} open files, {@code $5} processes, {@code $6} whether stdin is given; then the
     * program. Processes are limited here and not outside, because the kernel counts them per user namespace.
     */
    static final String GATE = """
            set -eu
            exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
            if [ -n "${BASH_VERSION:-}" ]; then set -o posix; fi
            ulimit -c 0
            if [ "$1" -gt 0 ]; then ulimit -v "$1"; fi
            ulimit -S -t "$2"
            ulimit -H -t "$(($2 + 1))"
            ulimit -f "$3"
            ulimit -n "$4"
            if [ -n "${BASH_VERSION:-}" ]; then ulimit -u "$5"; else ulimit -p "$5"; fi
            given=$6
            shift 6
            echo ready
            answer=
            IFS= read -r answer || exit 125
            if [ "$answer" != go ]; then exit 125; fi
            if [ "$given" = 0 ]; then exec 0</dev/null; fi
            unset PWD OLDPWD
            exec "$@"
            """;

    private LaunchScript() {}
}
