package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Groups;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Groups of people in the caller's workspace, which rules may ask. */
@RestController
class GroupController {
    private final Groups groups;
    private final Grantors grantors;

    GroupController(Groups groups, Grantors grantors) {
        this.groups = groups;
        this.grantors = grantors;
    }

    record GroupView(String name, List<String> members) {
        static GroupView of(Groups.Group group) {
            return new GroupView(group.name(), group.members());
        }
    }

    record GroupUpdate(@NotNull @Size(max = 100) List<@NotNull @Size(max = 100) String> members) {}

    /** Lists the groups by name, each with the people in it. */
    @GetMapping("/v1/groups")
    @Requires(Permission.MEMBER_MANAGE)
    Page<GroupView> list(Caller caller, PageRequest page) {
        return groups.list(caller.principalOrRefuse().workspaceId(), page).map(GroupView::of);
    }

    /**
     * Makes exactly these people a group; none dissolves it.
     *
     * <p>A rule with {@code @approver_group} asks its members alone. Nobody puts themselves into a group.
     *
     * @param name the group's name, such as {@code security}
     */
    @PutMapping("/v1/groups/{name}")
    @Requires(Permission.MEMBER_MANAGE)
    GroupView put(Caller caller, @PathVariable String name, @Valid @RequestBody GroupUpdate update) {
        return GroupView.of(groups.put(grantors.of(caller), name, update.members()));
    }
}
