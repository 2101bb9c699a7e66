package dev.sallyport.attestation.index;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom and what a statement names, each once and in the statement's order. A list is empty where nothing is named.
 *
 * @param rules ids of rules: those that determined the decision, that ask for an approval, or that an approval lifted
 * @param approvers the people whose answers the statement holds
 * @param actor who did what an audit statement tells of: a principal or a SPIFFE id; null where it names nobody
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StatedNames(
        List<String> rules,
        List<String> approvers,
        @Nullable String actor) {
    static final StatedNames NONE = new StatedNames(List.of(), List.of(), null);

    /** Copies the lists without repetitions. */
    public StatedNames {
        rules = rules.stream().distinct().toList();
        approvers = approvers.stream().distinct().toList();
    }
}
