package dev.sallyport.executor.claim;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node gets that has asked for calls.
 *
 * @param claims the calls that it has won, at most as many as it asked for
 * @param attack which trial of its sandboxes it is to make and report, null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Claims(List<Claim> claims, @Nullable String attack) {
    /** Copies the list. */
    public Claims {
        claims = List.copyOf(claims);
    }
}
