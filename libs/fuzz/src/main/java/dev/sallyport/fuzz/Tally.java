package dev.sallyport.fuzz;

/**
 * What a run of {@link Fuzz} did.
 *
 * @param inputs how many inputs the target was given
 * @param accepted how many it accepted
 * @param refused how many it refused as it declares
 * @param ways in how many different ways it accepted or refused, told by the exception and where it was thrown
 */
public record Tally(long inputs, long accepted, long refused, int ways) {}
