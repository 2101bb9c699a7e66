package dev.sallyport.approval.record.page;

/**
 * Which part of what waits is looked at.
 *
 * @param principal only what this requester asks; empty for all
 * @param tool only calls of this tool; empty for all
 * @param session only those of this session; empty for all
 */
public record QueueFilter(String principal, String tool, String session) {
    /** Only what this requester asks. */
    public static QueueFilter askedBy(String principal) {
        return new QueueFilter(principal, "", "");
    }

    /** Whether all of the queue is looked at. */
    public boolean isEmpty() {
        return principal.isEmpty() && tool.isEmpty() && session.isEmpty();
    }
}
