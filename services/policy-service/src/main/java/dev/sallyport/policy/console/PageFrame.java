package dev.sallyport.policy.console;

import dev.sallyport.pages.PageController;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.identity.FleetProperties;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What stands above every page: where the viewer may go. */
@ControllerAdvice(annotations = PageController.class)
class PageFrame {
    private static final List<Section> SECTIONS = List.of(
            new Section("overview", "Overview", "/policy", Set.of(Permission.TOOL_READ)),
            new Section("tools", "Tools", "/policy/tools", Set.of(Permission.TOOL_READ)),
            new Section("sets", "Policies", "/policy/sets", Set.of(Permission.POLICY_READ)),
            new Section("what-if", "What if", "/policy/what-if", Set.of(Permission.POLICY_READ)),
            new Section(
                    "replay", "Replay", "/policy/replay", Set.of(Permission.POLICY_READ, Permission.PROPOSAL_READ_ALL)),
            new Section("config", "Configuration", "/policy/config", Set.of(Permission.CONFIG_READ)),
            new Section("members", "Members", "/policy/members", Set.of(Permission.MEMBER_MANAGE)),
            new Section("tokens", "Tokens", "/policy/tokens", Set.of(Permission.TOKEN_MANAGE)));

    private final @Nullable URI approval;

    PageFrame(FleetProperties fleet) {
        this.approval = fleet.approvalPublicUrl();
    }

    /**
     * A section of the pages.
     *
     * @param name as the pages' models name it
     * @param title for people
     * @param path of its first page
     * @param needs the permissions without which that page is refused
     */
    record Section(String name, String title, String path, Set<Permission> needs) {}

    @ModelAttribute("nav")
    List<Section> sections(Caller caller) {
        Principal viewer = caller.principal();
        return viewer == null
                ? List.of()
                : SECTIONS.stream()
                        .filter(section -> section.needs().stream().allMatch(viewer::may))
                        .toList();
    }

    /** The console of approval-service, where people sign in and out; null where nobody has said where it is. */
    @ModelAttribute("consoleUrl")
    @Nullable
    String console() {
        return approval == null ? null : approval + "/console";
    }
}
