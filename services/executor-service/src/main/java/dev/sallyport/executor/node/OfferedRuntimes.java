package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.RuntimeOffer;
import dev.sallyport.executor.node.storage.DiskFloor;
import dev.sallyport.executor.secret.CallSecrets.Delivery;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What this node can run by now. */
final class OfferedRuntimes {
    /** The ways of secrets, as permits name them. */
    private static final List<String> BY_THE_NODE = List.of(Delivery.PROXY.wire());

    private static final List<String> OF_PROGRAMS = List.of(Delivery.PIPE.wire(), Delivery.ENV.wire());

    private static final List<String> OF_TIER_C =
            List.of(Delivery.PROXY.wire(), Delivery.PIPE.wire(), Delivery.FILE.wire(), Delivery.ENV.wire());

    private final ProvenTiers tiers;
    private final List<String> executables;
    private final DiskFloor floor;
    private final BooleanSupplier skills;

    /**
     * @param executables logical names of the programs of this node
     * @param skills whether modules of skills can be run by now
     */
    OfferedRuntimes(ProvenTiers tiers, Set<String> executables, DiskFloor floor, BooleanSupplier skills) {
        this.tiers = tiers;
        this.floor = floor;
        this.skills = skills;
        this.executables = executables.stream().sorted().toList();
    }

    /**
     * What is proven now. Built-ins need no process; still they are offered at the proven process tiers only, as
     * permits name a tier for them too: a node that has proven nothing is given nothing.
     */
    NodeOffer now() {
        List<Tier> proven = tiers.offered();
        if (proven.isEmpty()) {
            return NodeOffer.NOTHING;
        }
        // Only there has a program a network and files of its own.
        boolean hosts = proven.contains(Tier.C);
        List<RuntimeOffer> offers = new ArrayList<>(List.of(
                new RuntimeOffer(RuntimeKind.BUILTIN, proven, List.of(), BY_THE_NODE, true),
                new RuntimeOffer(RuntimeKind.PROCESS, proven, executables, hosts ? OF_TIER_C : OF_PROGRAMS, hosts)));
        if (skills.getAsBoolean()) {
            offers.add(new RuntimeOffer(RuntimeKind.WASM, List.of(Tier.A), List.of(), BY_THE_NODE, true));
        }
        return new NodeOffer(offers);
    }

    /** What work is asked for: nothing while there is too little room on the disk. */
    NodeOffer claimable() {
        return floor.shortage() == null ? now() : NodeOffer.NOTHING;
    }
}
