package dev.sallyport.policy.proposal;

import dev.sallyport.policy.access.Role;
import java.util.Collection;
import java.util.Locale;

/** Which roles may answer when a least one is asked for. */
final class ApproverRoles {
    private ApproverRoles() {}

    /** Whether a person with these roles may answer. Auditors and agents never do. */
    static boolean suffice(Collection<String> roles, String least) {
        Role needed = Role.of(least.toLowerCase(Locale.ROOT)).orElse(Role.OWNER);
        return Role.mightiest(roles)
                .filter(role -> role.compareTo(Role.OPERATOR) <= 0 && role.compareTo(needed) <= 0)
                .isPresent();
    }
}
