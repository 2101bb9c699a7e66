package dev.sallyport.skills.module;

import dev.sallyport.skills.module.ModuleViolation.Rule;
import java.util.ArrayList;
import java.util.List;

/** The violations found so far. */
final class Violations {
    private final List<ModuleViolation> found = new ArrayList<>();

    void add(Rule rule, String detail) {
        if (found.size() < ModuleScan.MOST_VIOLATIONS) {
            found.add(new ModuleViolation(rule, detail));
        }
    }

    /** Notes it and gives up the reading when a number is beyond its bound: what follows may be as long as it says. */
    void bound(String what, long count, int most) throws MalformedModuleException {
        if (count > most) {
            add(Rule.BOUNDED, "there are more than " + most + " " + what);
            throw new MalformedModuleException("it is not read beyond its " + what);
        }
    }

    List<ModuleViolation> all() {
        return List.copyOf(found);
    }
}
