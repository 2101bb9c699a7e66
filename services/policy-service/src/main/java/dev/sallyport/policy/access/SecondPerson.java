package dev.sallyport.policy.access;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Who has to agree before a change that opens something takes effect: a second person. */
@Component
public class SecondPerson {
    private final Members members;
    private final RolePermissions permissions;

    SecondPerson(Members members, RolePermissions permissions) {
        this.members = members;
        this.permissions = permissions;
    }

    /**
     * Whether a change waits for a second person, and who is not that person.
     *
     * @param needed whether it waits
     * @param proposers the principals that count as its proposers
     */
    public record Rule(boolean needed, List<String> proposers) {
        /** Copies the proposers. */
        public Rule {
            proposers = List.copyOf(proposers);
        }
    }

    /**
     * The rule for a change that this principal proposes.
     *
     * <p>A person alone decides where no other person of the workspace holds the permission: a fleet of one person stays
     * usable. A service never decides alone. Those who answer for it count as its proposers, unless there is nobody else.
     * People are counted by their roles, frozen ones too: a freeze must not be a way to be left alone. Somebody about whom
     * nothing can be decided now counts as well.
     */
    public Rule of(Principal proposer, Permission permission) {
        List<String> proposers = new ArrayList<>(List.of(proposer.name()));
        boolean person = proposer.kind() == Principal.Kind.PERSON;
        if (!person) {
            proposers.addAll(proposer.accountable());
        }
        boolean another = members.all(proposer.workspaceId()).stream()
                .filter(member -> member.kind().equals("person") && !proposers.contains(member.principal()))
                .anyMatch(member ->
                        permissions.mayHold(member.workspaceId(), member.principal(), member.roles(), permission));
        if (another) {
            return new Rule(true, proposers);
        }
        return new Rule(!person, List.of(proposer.name()));
    }
}
