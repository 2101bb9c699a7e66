package dev.sallyport.policy.catalogue.web;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.policy.catalogue.ConfigChange;
import dev.sallyport.policy.catalogue.ConfigRefusedException;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.web.ConfigController.ChangeView;
import dev.sallyport.policy.catalogue.web.ConfigController.ConfigUpdate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workspace's configuration as pages: what is in force, a change with what it changes before it is sent, and what
 * waits for a second person. Every rule is the API's: the pages call what answers there.
 */
@PageController
class ConfigPages {
    private static final String HOME = "/policy/config";

    private final ToolCallConfigs configs;
    private final ConfigController api;
    private final FormCheck forms;
    private final JsonMapper json;

    ConfigPages(ToolCallConfigs configs, ConfigController api, FormCheck forms, JsonMapper json) {
        this.configs = configs;
        this.api = api;
        this.forms = forms;
        this.json = json;
    }

    /** Both sides of a change, as the person who confirms it has seen them. */
    record Shown(ToolCallConfig before, ToolCallConfig after) {
        static String digest(ConfigChange change) {
            return Digest.of(StatementJson.canonical(new Shown(change.before(), change.after())))
                    .hex();
        }
    }

    /** A change in a list. */
    record Row(String id, String state, String opens, String by, String at) {
        static Row of(ConfigChange change) {
            ChangeView view = ChangeView.of(change);
            return new Row(
                    view.changeId(),
                    view.state(),
                    String.join(", ", view.opens()),
                    view.proposedBy(),
                    PageTime.inWords(view.proposedAt()));
        }
    }

    @GetMapping(HOME)
    @Requires(Permission.CONFIG_READ)
    ModelAndView config(Caller caller, PageRequest page) {
        Map<String, @Nullable Object> model = PageModel.of("config", caller);
        Principal viewer = PageModel.viewer(caller);
        ToolCallConfig current = configs.current(viewer.workspaceId());
        Page<ConfigChange> changes = configs.changes(viewer.workspaceId(), page);
        model.put("version", current.version());
        model.put("lines", ConfigLine.of(tree(current)));
        model.put("changes", changes.map(Row::of).items());
        model.put("older", changes.next() == null ? null : older(changes.next()));
        model.put("mayManage", viewer.may(Permission.CONFIG_MANAGE));
        return new ModelAndView("config", model);
    }

    private static String older(@Nullable String next) {
        return PageModel.address(HOME, Map.of("after", String.valueOf(next)));
    }

    @GetMapping(HOME + "/edit")
    @Requires(Permission.CONFIG_MANAGE)
    ModelAndView edit(Caller caller) {
        ToolCallConfig current = configs.current(PageModel.viewer(caller).workspaceId());
        return form(caller, current.version(), ConfigForm.inputs(tree(current)), null);
    }

    private ModelAndView form(Caller caller, int version, List<ConfigForm.Input> inputs, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("config", caller);
        model.put("version", version);
        model.put("inputs", inputs);
        model.put("problem", problem);
        return new ModelAndView("config-edit", model, problem == null ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    /** Shows what would change. Nothing is changed by it. */
    @PostMapping(HOME + "/review")
    @Requires(Permission.CONFIG_MANAGE)
    ModelAndView review(Caller caller, @RequestParam Map<String, String> sent) {
        Principal viewer = PageModel.viewer(caller);
        ToolCallConfig current = configs.current(viewer.workspaceId());
        if (!Integer.toString(current.version()).equals(sent.get("version"))) {
            return ProblemPage.of(
                    HttpStatus.CONFLICT,
                    "Somebody else has changed the configuration since you opened the form. Open it again, and change"
                            + " that one.");
        }
        ObjectNode after = new ConfigForm(sent).read(tree(current));
        ToolCallConfig next;
        try {
            next = api.asked(viewer, forms.read(after, ConfigUpdate.class));
        } catch (ProblemException e) {
            return form(caller, current.version(), ConfigForm.inputs(after), FormCheck.inWords(e));
        }
        Map<String, @Nullable Object> model = PageModel.of("config", caller);
        model.put("version", current.version());
        model.put(
                "lines",
                ConfigLine.between(tree(current), after).stream()
                        .filter(ConfigLine::changed)
                        .toList());
        model.put("opens", next.opensBeyond(current));
        model.put("document", after.toString());
        return new ModelAndView("config-review", model);
    }

    /** Sends the change that the review has shown: the form holds all of it. */
    @PostMapping(HOME)
    @Requires(Permission.CONFIG_MANAGE)
    ModelAndView change(Caller caller, @RequestParam(defaultValue = "") String document) {
        PageModel.viewer(caller);
        ConfigUpdate update;
        try {
            update = forms.read(json.readTree(document), ConfigUpdate.class);
        } catch (JacksonException _) {
            throw ProblemException.badRequest("INVALID_REQUEST", "This form is not complete. Load the page again.");
        }
        ResponseEntity<?> answer = api.put(caller, null, update);
        return SeeOther.to(
                answer.getBody() instanceof ChangeView pending ? HOME + "/changes/" + pending.changeId() : HOME);
    }

    @GetMapping(HOME + "/changes/{id}")
    @Requires(Permission.CONFIG_READ)
    ModelAndView pending(Caller caller, @PathVariable String id) {
        return pending(caller, id, HttpStatus.OK, null);
    }

    private ModelAndView pending(Caller caller, String id, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("config", caller);
        Principal viewer = PageModel.viewer(caller);
        ConfigChange change = configs.change(viewer.workspaceId(), id);
        boolean open = change.state() == ConfigChange.State.PENDING;
        boolean manages = viewer.may(Permission.CONFIG_MANAGE);
        model.put("change", ChangeView.of(change));
        model.put("proposedAt", PageTime.inWords(change.proposedAt()));
        model.put("expiresAt", PageTime.inWords(change.expiresAt()));
        model.put("based", change.based());
        model.put("opens", change.opens());
        model.put(
                "lines",
                ConfigLine.between(tree(change.before()), tree(change.after())).stream()
                        .filter(ConfigLine::changed)
                        .toList());
        model.put("open", open);
        model.put("own", change.proposers().contains(viewer.name()));
        model.put("mayConfirm", open && manages && !change.proposers().contains(viewer.name()));
        model.put("mayWithdraw", open && manages);
        model.put("digest", Shown.digest(change));
        model.put("problem", problem);
        return new ModelAndView("config-change", model, status);
    }

    @PostMapping(HOME + "/changes/{id}/confirm")
    @Requires(Permission.CONFIG_MANAGE)
    ModelAndView confirm(Caller caller, @PathVariable String id, @RequestParam(defaultValue = "") String digest) {
        Principal viewer = PageModel.viewer(caller);
        if (!Shown.digest(configs.change(viewer.workspaceId(), id)).equals(digest)) {
            return pending(caller, id, HttpStatus.CONFLICT, "Read this change, then confirm what you have read.");
        }
        try {
            api.confirm(caller, id);
        } catch (ConfigRefusedException e) {
            return pending(caller, id, ConfigController.status(e), e.getMessage());
        }
        return SeeOther.to(HOME);
    }

    @PostMapping(HOME + "/changes/{id}/withdraw")
    @Requires(Permission.CONFIG_MANAGE)
    ModelAndView withdraw(Caller caller, @PathVariable String id) {
        PageModel.viewer(caller);
        api.withdraw(caller, id);
        return SeeOther.to(HOME + "/changes/" + id);
    }

    @ExceptionHandler
    ModelAndView onRefusal(ConfigRefusedException e) {
        return ProblemPage.of(ConfigController.status(e), e.getMessage());
    }

    private ObjectNode tree(ToolCallConfig config) {
        return json.valueToTree(config);
    }
}
