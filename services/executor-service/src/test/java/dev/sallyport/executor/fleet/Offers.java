package dev.sallyport.executor.fleet;

import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.RuntimeOffer;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;

/** What nodes say that they can run. */
public final class Offers {
    private Offers() {}

    /** Built-ins and processes at these tiers, with these programs; nothing at all without a tier. */
    public static NodeOffer proven(List<Tier> tiers, String... executables) {
        return tiers.isEmpty()
                ? NodeOffer.NOTHING
                : new NodeOffer(List.of(
                        new RuntimeOffer(RuntimeKind.BUILTIN, tiers, List.of(), List.of()),
                        new RuntimeOffer(RuntimeKind.PROCESS, tiers, List.of(executables), List.of())));
    }
}
