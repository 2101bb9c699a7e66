package dev.sallyport.policy.catalogue.web;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.policy.catalogue.ConfigRefusedException;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.history.ConfigHistory;
import dev.sallyport.policy.catalogue.web.ConfigController.ChangeView;
import dev.sallyport.policy.catalogue.web.ConfigHistoryController.Rollback;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/** The versions of the workspace's configuration as pages. Going back shows first what it changes. */
@PageController
class ConfigHistoryPages {
    private static final String HOME = "/policy/config/versions";

    private final ConfigHistory history;
    private final ToolCallConfigs configs;
    private final ConfigHistoryController api;
    private final JsonMapper json;

    ConfigHistoryPages(ConfigHistory history, ToolCallConfigs configs, ConfigHistoryController api, JsonMapper json) {
        this.history = history;
        this.configs = configs;
        this.api = api;
        this.json = json;
    }

    /** A version in the list. */
    record Row(int version, boolean active, String by, String at) {}

    @GetMapping(HOME)
    @Requires(Permission.CONFIG_READ)
    ModelAndView list(Caller caller, PageRequest page) {
        Map<String, @Nullable Object> model = PageModel.of("config", caller);
        String workspace = PageModel.viewer(caller).workspaceId();
        int current = configs.current(workspace).version();
        Page<ConfigHistory.Version> versions = history.versions(workspace, page);
        model.put(
                "versions",
                versions.map(each -> new Row(
                                each.config().version(),
                                each.config().version() == current,
                                each.by(),
                                PageTime.inWords(each.at())))
                        .items());
        model.put("older", versions.next() == null ? null : PageModel.address(HOME, Map.of("after", versions.next())));
        return new ModelAndView("config-versions", model);
    }

    @GetMapping(HOME + "/{version}")
    @Requires(Permission.CONFIG_READ)
    ModelAndView version(Caller caller, @PathVariable String version) {
        return version(caller, number(version), HttpStatus.OK, null);
    }

    private ModelAndView version(Caller caller, int number, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("config", caller);
        Principal viewer = PageModel.viewer(caller);
        ConfigHistory.Version shown =
                history.find(viewer.workspaceId(), number).orElseThrow(ConfigHistoryPages::unknown);
        ToolCallConfig current = configs.current(viewer.workspaceId());
        model.put("version", number);
        model.put("current", current.version());
        model.put("active", number == current.version());
        model.put("by", shown.by());
        model.put("at", PageTime.inWords(shown.at()));
        model.put("lines", ConfigLine.of(json.valueToTree(shown.config())));
        model.put(
                "changed",
                history.find(viewer.workspaceId(), number - 1)
                        .map(before -> changes(before.config(), shown.config()))
                        .orElse(null));
        model.put("back", changes(current, shown.config()));
        model.put("opens", shown.config().opensBeyond(current));
        model.put("mayManage", viewer.may(Permission.CONFIG_MANAGE));
        model.put("problem", problem);
        return new ModelAndView("config-version", model, status);
    }

    /** Goes back to what the page has shown, as long as the version that it was compared with is in force. */
    @PostMapping(HOME + "/{version}/rollback")
    @Requires(Permission.CONFIG_MANAGE)
    ModelAndView rollBack(
            Caller caller, @PathVariable String version, @RequestParam(defaultValue = "") String current) {
        PageModel.viewer(caller);
        int to = number(version);
        ResponseEntity<?> answer;
        try {
            answer = api.rollBack(caller, null, new Rollback(to, number(current)));
        } catch (ConfigRefusedException e) {
            return version(caller, to, ConfigController.status(e), e.getMessage());
        }
        return SeeOther.to(
                answer.getBody() instanceof ChangeView pending
                        ? "/policy/config/changes/" + pending.changeId()
                        : "/policy/config");
    }

    @ExceptionHandler
    ModelAndView onRefusal(ConfigRefusedException e) {
        return ProblemPage.of(ConfigController.status(e), e.getMessage());
    }

    private List<ConfigLine> changes(ToolCallConfig before, ToolCallConfig after) {
        return ConfigLine.between(json.valueToTree(before), json.valueToTree(after)).stream()
                .filter(ConfigLine::changed)
                .toList();
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw unknown();
        }
        return Integer.parseInt(text);
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("The configuration has no such version.");
    }
}
