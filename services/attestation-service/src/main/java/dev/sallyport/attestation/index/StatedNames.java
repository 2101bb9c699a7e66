package dev.sallyport.attestation.index;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Whom and what a statement names, each once and in the statement's order. A list is empty where nothing is named.
 *
 * @param rules ids of rules: those that determined the decision, that ask for an approval, or that an approval lifted
 * @param approvers the people whose answers the statement holds
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StatedNames(List<String> rules, List<String> approvers) {
    static final StatedNames NONE = new StatedNames(List.of(), List.of());

    /** Copies the lists without repetitions. */
    public StatedNames {
        rules = rules.stream().distinct().toList();
        approvers = approvers.stream().distinct().toList();
    }
}
