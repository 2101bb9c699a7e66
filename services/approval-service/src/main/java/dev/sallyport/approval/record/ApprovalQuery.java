package dev.sallyport.approval.record;

import java.util.List;

/**
 * Which records to list.
 *
 * @param states only these; empty for all
 * @param tool only this tool; empty for all
 * @param principal only this requester; empty for all
 * @param proposalId only this call; empty for all
 * @param before only records older than this id; the end of the id's alphabet for the newest
 * @param limit at most so many, 1 to {@value #MAX_LIMIT}
 */
public record ApprovalQuery(
        List<ApprovalState> states, String tool, String principal, String proposalId, String before, int limit) {

    /** Most records on one page. */
    public static final int MAX_LIMIT = 200;

    /** The greatest ULID, that of the end of time. */
    public static final String FROM_NEWEST = "ZZZZZZZZZZZZZZZZZZZZZZZZZZ";

    /** Copies the states and checks the limit. */
    public ApprovalQuery {
        states = List.copyOf(states);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is 1 to " + MAX_LIMIT);
        }
    }

    /** The newest records in one of these states. */
    public static ApprovalQuery newest(List<ApprovalState> states, int limit) {
        return new ApprovalQuery(states, "", "", "", FROM_NEWEST, limit);
    }
}
