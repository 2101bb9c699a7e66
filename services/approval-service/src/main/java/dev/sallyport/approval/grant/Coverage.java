package dev.sallyport.approval.grant;

/**
 * How many earlier calls a grant would have answered.
 *
 * @param calls how many calls of the last 30 days people were asked about, with the same principal and tool
 * @param compared how many of them could be compared: those whose arguments are still kept
 * @param covered how many of those the grant would have answered
 */
public record Coverage(long calls, long compared, long covered) {}
