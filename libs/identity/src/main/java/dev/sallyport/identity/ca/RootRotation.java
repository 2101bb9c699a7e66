package dev.sallyport.identity.ca;

import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

/**
 * New roots beside the present ones, by a step of trust that the present ones sign.
 *
 * <p>New roots and the signed step are made whole in the folder {@code next} and marked complete. From there on a run that
 * was cut short is finished by the next one, without any key: the step is published, {@code trust.json} follows it, and the
 * new roots' files take the places of the old ones, whose keys end with that. Before the mark nothing counts.
 */
record RootRotation(FleetLayout layout) {
    private static final String STEP = "step.json";

    /** Puts new roots in force beside the present ones. */
    TrustRoots rotate(Authorities fresh, TrustRoots now, byte[] step, String fleetId, Instant at) {
        IssuingRotation files = files();
        try {
            files.clear();
            fresh.writeBeside(files.next(), layout.root(), layout.rootProtector(), "root", fleetId);
            OwnerOnly.replacePublic(files.next().resolve(STEP), step);
            files.mark();
        } catch (IOException e) {
            throw failed(e);
        }
        return finish(now, at);
    }

    /** Publishes a step that changes no key. */
    TrustRoots step(TrustRoots now, byte[] step, Instant at) {
        try {
            new TrustSteps(layout.issuing()).publish(now, step);
        } catch (IOException e) {
            throw failed(e);
        }
        return finish(now, at);
    }

    /** Finishes what was cut short: the roots that count from now on, the known ones where nothing was. */
    TrustRoots finish(TrustRoots known, Instant at) {
        IssuingRotation files = files();
        TrustSteps steps = new TrustSteps(layout.issuing());
        try {
            boolean complete = files.isComplete();
            Path pending = files.next().resolve(STEP);
            if (complete && Files.exists(pending, LinkOption.NOFOLLOW_LINKS)) {
                byte[] step = OwnerOnly.readPublic(pending, TrustStep.LARGEST);
                // Else it was published before, and trust.json has followed it.
                if (steps.after(0).stream().noneMatch(published -> Arrays.equals(published, step))) {
                    TrustStep.verify(known, step, at);
                    steps.publish(known, step);
                }
            }
            TrustRoots after = TrustStep.follow(known, steps.after(known.step()), at);
            if (!after.equals(known)) {
                OwnerOnly.replacePublic(layout.trust(), after.toJson());
                OwnerOnly.sync(layout.directory());
            }
            files.finish();
            return after;
        } catch (TrustStepRefusedException e) {
            throw new FleetState("a step of trust in " + layout.issuing() + " does not follow " + layout.trust() + ": "
                    + e.getMessage());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private IssuingRotation files() {
        return new IssuingRotation(layout.root());
    }

    private FileFailed failed(IOException e) {
        return new FileFailed("cannot change the roots in " + layout.root() + ": " + e.getMessage(), e);
    }
}
