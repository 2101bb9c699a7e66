package dev.sallyport.policy.console;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.policy.activation.Activation;
import dev.sallyport.policy.activation.PolicyChange;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.activation.SetName;
import dev.sallyport.policy.catalogue.ConfigChange;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.own.OwnTool;
import dev.sallyport.policy.catalogue.own.OwnTools;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.freeze.FreezeInForce;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.servicekit.page.PageRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** What is in force, and what waits for a second person. */
@PageController
class OverviewController {
    private static final PageRequest NEWEST = new PageRequest(50, null);

    private final PolicySets sets;
    private final ToolCallConfigs configs;
    private final OwnTools tools;
    private final Freezes freezes;

    OverviewController(PolicySets sets, ToolCallConfigs configs, OwnTools tools, Freezes freezes) {
        this.sets = sets;
        this.configs = configs;
        this.tools = tools;
        this.freezes = freezes;
    }

    /** Something that waits for a second person. */
    record Waiting(String title, String path, String by, Instant until) {
        /** The time in words. */
        public String untilInWords() {
            return PageTime.inWords(until);
        }
    }

    /** A freeze in force. */
    record Frozen(String what, VisibleText reason, VisibleText actor, Instant since) {
        static Frozen of(FreezeInForce freeze) {
            String what = freeze.id().isEmpty()
                    ? freeze.scope().wire()
                    : freeze.scope().wire() + " " + freeze.id();
            return new Frozen(what, VisibleText.of(freeze.reason()), VisibleText.of(freeze.actor()), freeze.since());
        }

        /** The time in words. */
        public String sinceInWords() {
            return PageTime.inWords(since);
        }
    }

    @GetMapping({"/policy", "/policy/"})
    @Requires(Permission.TOOL_READ)
    ModelAndView overview(Caller caller) {
        Map<String, @Nullable Object> model = PageModel.of("overview", caller);
        Principal viewer = PageModel.viewer(caller);
        String workspace = viewer.workspaceId();
        model.put("waiting", waiting(viewer));
        if (viewer.may(Permission.POLICY_READ)) {
            Activation active = sets.current();
            model.put("active", active);
            model.put("activeSet", new SetName(active.set()).toString());
            model.put("activatedAt", PageTime.inWords(active.activatedAt()));
        }
        if (viewer.may(Permission.CONFIG_READ)) {
            ToolCallConfig config = configs.current(workspace);
            model.put("config", config);
        }
        if (viewer.may(Permission.PROPOSAL_READ_ALL)) {
            model.put(
                    "freezes",
                    freezes.list(workspace, null, new PageRequest(PageRequest.MAX_LIMIT, null)).items().stream()
                            .map(Frozen::of)
                            .toList());
        }
        return new ModelAndView("overview", model);
    }

    private List<Waiting> waiting(Principal viewer) {
        String workspace = viewer.workspaceId();
        List<Waiting> waiting = new ArrayList<>();
        if (viewer.may(Permission.CONFIG_READ)) {
            configs.changes(workspace, NEWEST).items().stream()
                    .filter(change -> change.state() == ConfigChange.State.PENDING)
                    .map(change -> new Waiting(
                            "Configuration: " + String.join(", ", change.opens()),
                            "/policy/config/changes/" + change.changeId(),
                            change.proposers().getFirst(),
                            change.expiresAt()))
                    .forEach(waiting::add);
        }
        if (viewer.may(Permission.POLICY_READ)) {
            sets.changes(workspace, NEWEST).items().stream()
                    .filter(change -> change.state() == PolicyChange.State.PENDING)
                    .map(change -> new Waiting(
                            (change.rollback() ? "Rollback to policy set " : "Policy set ")
                                    + SetName.shortly(change.set()),
                            "/policy/changes/" + change.changeId(),
                            change.proposers().getFirst(),
                            change.expiresAt()))
                    .forEach(waiting::add);
        }
        tools.waiting(workspace).stream().map(OverviewController::waiting).forEach(waiting::add);
        return waiting;
    }

    private static Waiting waiting(OwnTool tool) {
        String name = tool.metadata().name();
        String version = tool.metadata().version();
        Instant until = tool.expiresAt();
        return new Waiting(
                "Tool " + name + ", version " + version,
                "/policy/tools/" + name + "/versions/" + version,
                tool.proposers().getFirst(),
                until == null ? tool.registeredAt() : until);
    }
}
