package dev.sallyport.policy.activation;

import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.policyset.PolicySetCheck;
import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.servicekit.cache.RecentlyUsed;
import dev.sallyport.statements.Digest;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Stored sets as they decide. Compiling one costs up to seconds, so the last few stay at hand. */
@Component
public class LoadedSets {
    private static final int KEPT = 4;

    private final PolicySetTable table;
    private final PolicySetCheck check;
    private final RecentlyUsed<SetName, LoadedSet> recent = new RecentlyUsed<>(KEPT);

    LoadedSets(PolicySetTable table, PolicySetCheck check) {
        this.table = table;
        this.check = check;
    }

    /**
     * The set that a caller names: {@code baseline}, the digest of a set, or a version that a decision carries.
     *
     * @throws PolicyRefusedException {@code POLICY_SET_NOT_FOUND}
     * @throws InvalidPolicySetException when this version of the service cannot compile it
     */
    public LoadedSet named(String text) {
        return load(resolve(text));
    }

    /** What a caller names, without compiling it; as {@link #named}. */
    SetName resolve(String text) {
        SetName name = SetName.of(text).orElseThrow(PolicyRefusedException::noSuchSet);
        Digest digest = name.digest();
        if (digest == null || table.find(digest).isPresent()) {
            return name;
        }
        return table.ofVersion(digest).orElseThrow(PolicyRefusedException::noSuchSet);
    }

    /**
     * The set of this name, compiled.
     *
     * @throws PolicyRefusedException {@code POLICY_SET_NOT_FOUND}
     * @throws InvalidPolicySetException when this version of the service cannot compile it
     */
    public LoadedSet load(SetName name) {
        return load(name, check::compile);
    }

    /** As {@link #load(SetName)}, for the set that is to decide: it waits for nobody who only looks at sets. */
    LoadedSet loadToDecide(SetName name) {
        return load(name, check::compileToDecide);
    }

    private LoadedSet load(SetName name, Function<SetDocument, PolicySnapshot> compile) {
        Optional<LoadedSet> kept = Optional.ofNullable(recent.get(name));
        if (kept.isPresent()) {
            return kept.get();
        }
        Digest digest = name.digest();
        LoadedSet loaded;
        if (digest == null) {
            loaded = new LoadedSet(name, SetDocument.NONE, compile.apply(SetDocument.NONE));
        } else {
            StoredSet stored = table.find(digest).orElseThrow(PolicyRefusedException::noSuchSet);
            if (!stored.document().digest().equals(digest)) {
                throw new IllegalStateException(
                        "the files of the policy set " + digest + " were altered in the database");
            }
            loaded = new LoadedSet(name, stored.document(), compile.apply(stored.document()));
        }
        table.seen(loaded.snapshot().version(), digest);
        recent.put(name, loaded);
        return loaded;
    }
}
