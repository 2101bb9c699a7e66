package dev.sallyport.executor.claim;

import java.util.List;

/**
 * The calls that a node has won with one request.
 *
 * @param claims at most as many as it asked for
 */
public record Claims(List<Claim> claims) {
    /** Copies the list. */
    public Claims {
        claims = List.copyOf(claims);
    }
}
