package dev.sallyport.policy.rehearsal.web;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.text.SourceText;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.policy.activation.PolicyRefusedException;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.activation.SetName;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.rehearsal.Replay;
import dev.sallyport.policy.rehearsal.web.RehearsalController.Answer;
import dev.sallyport.policy.rehearsal.web.RehearsalController.Period;
import dev.sallyport.policy.rehearsal.web.RehearsalController.Question;
import dev.sallyport.policy.rehearsal.web.RehearsalController.ReplayAnswer;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What policies would decide, as pages. The forms ask what the API asks, and change nothing. */
@PageController
class RehearsalPages {
    private static final PageRequest MANY = new PageRequest(PageRequest.MAX_LIMIT, null);

    private final RehearsalController api;
    private final PolicySets sets;
    private final FormCheck forms;
    private final JsonMapper json;

    RehearsalPages(RehearsalController api, PolicySets sets, FormCheck forms, JsonMapper json) {
        this.api = api;
        this.sets = sets;
        this.forms = forms;
        this.json = json;
    }

    /** A set that can be chosen. */
    record Choice(String value, String text) {}

    private List<Choice> choices() {
        String active = new SetName(sets.current().set()).toString();
        Stream<Choice> stored = sets.list(MANY).items().stream()
                .map(set -> new Choice(
                        set.digest().hex(),
                        SetName.shortly(set.digest())
                                + (set.name().isEmpty()
                                        ? ""
                                        : " " + VisibleText.of(set.name()).flat())));
        return Stream.concat(Stream.of(new Choice("baseline", "baseline")), stored)
                .map(choice -> choice.value().equals(active)
                        ? new Choice(choice.value(), choice.text() + " (decides now)")
                        : choice)
                .toList();
    }

    /** The question as it was sent. */
    record WhatIfForm(
            @Nullable String principal,
            @Nullable String tool,
            @Nullable String arguments,
            @Nullable String set,
            @Nullable String channel,
            @Nullable String session,
            @Nullable String run) {
        static final WhatIfForm EMPTY = new WhatIfForm("agent:demo", "process.run", """
            {"executable": "ls", "args": ["-l"]}""", "", "", "", "");
    }

    /**
     * A rule of an explanation.
     *
     * @param source its text
     */
    record RuleLine(String id, String tier, String effect, String place, SourceText source) {
        static RuleLine of(JsonNode rule) {
            return new RuleLine(
                    rule.path("id").asString(""),
                    rule.path("tier").asString("").toLowerCase(Locale.ROOT),
                    rule.path("effect").asString("").toLowerCase(Locale.ROOT),
                    rule.path("file").asString("") + ":" + rule.path("line").asInt(0),
                    SourceText.of(rule.path("source").asString("")));
        }
    }

    /**
     * A permit that would have matched.
     *
     * @param conditions those that did not hold
     */
    record NearMissLine(String id, List<SourceText> conditions) {
        static NearMissLine of(JsonNode miss) {
            return new NearMissLine(
                    miss.path("id").asString(""),
                    miss.path("failed")
                            .valueStream()
                            .map(failed ->
                                    SourceText.of(failed.path("condition").asString("")))
                            .toList());
        }
    }

    /** An answer as the page draws it. */
    record AnswerView(
            String set,
            String outcome,
            String code,
            List<RuleLine> determining,
            List<RuleLine> watched,
            List<NearMissLine> nearMisses,
            List<VisibleText> toAllow,
            List<VisibleText> errors,
            SourceText context) {}

    private AnswerView view(Answer answer) {
        ObjectNode explanation = answer.explanation();
        return new AnswerView(
                answer.set().length() == 64 ? answer.set().substring(0, 12) : answer.set(),
                answer.outcome().replace('_', ' '),
                answer.code(),
                explanation.path("determining").valueStream().map(RuleLine::of).toList(),
                explanation.path("log_only").valueStream().map(RuleLine::of).toList(),
                explanation
                        .path("near_misses")
                        .valueStream()
                        .map(NearMissLine::of)
                        .toList(),
                texts(explanation.path("to_allow")),
                texts(explanation.path("errors")),
                SourceText.of(json.writerWithDefaultPrettyPrinter().writeValueAsString(explanation.path("context"))));
    }

    private static List<VisibleText> texts(JsonNode list) {
        return list.valueStream()
                .map(text -> VisibleText.whole(text.asString("")))
                .toList();
    }

    @GetMapping("/policy/what-if")
    @Requires(Permission.POLICY_READ)
    ModelAndView whatIf(Caller caller) {
        return whatIf(caller, WhatIfForm.EMPTY, HttpStatus.OK, null, null);
    }

    private ModelAndView whatIf(
            Caller caller, WhatIfForm form, HttpStatus status, @Nullable String problem, @Nullable AnswerView answer) {
        Map<String, @Nullable Object> model = PageModel.of("what-if", caller);
        model.put("form", form);
        model.put("choices", choices());
        model.put("problem", problem);
        model.put("answer", answer);
        return new ModelAndView("what-if", model, status);
    }

    @PostMapping("/policy/what-if")
    @Requires(Permission.POLICY_READ)
    ModelAndView ask(Caller caller, WhatIfForm form) {
        PageModel.viewer(caller);
        Map<String, Object> question = new HashMap<>();
        put(question, "principal", form.principal());
        put(question, "tool", form.tool());
        put(question, "set", form.set());
        put(question, "channel", form.channel());
        put(question, "session_id", form.session());
        put(question, "run_id", form.run());
        try {
            String arguments = form.arguments() == null ? "" : form.arguments().strip();
            if (!arguments.isEmpty()) {
                question.put("arguments", json.readTree(arguments));
            }
        } catch (JacksonException e) {
            return whatIf(
                    caller, form, HttpStatus.BAD_REQUEST, "The arguments are no JSON: " + e.getOriginalMessage(), null);
        }
        try {
            Answer answer = api.whatIf(caller, forms.read(question, Question.class));
            return whatIf(caller, form, HttpStatus.OK, null, view(answer));
        } catch (ProblemException e) {
            return whatIf(caller, form, e.status(), FormCheck.inWords(e), null);
        }
    }

    /** The period as it was sent. */
    record ReplayForm(
            @Nullable String set,
            @Nullable String against,
            @Nullable String from,
            @Nullable String to,
            @Nullable String after) {}

    /** A request that came out otherwise, as the page draws it. */
    record ChangedLine(
            String proposalId,
            String at,
            VisibleText principal,
            VisibleText tool,
            String before,
            String after,
            String rules) {
        static ChangedLine of(Replay.Changed changed) {
            return new ChangedLine(
                    changed.proposalId(),
                    PageTime.inWords(changed.at()),
                    VisibleText.of(changed.principal()),
                    VisibleText.of(changed.tool()),
                    changed.before().replace('_', ' '),
                    changed.after().replace('_', ' '),
                    String.join(", ", changed.rules()));
        }
    }

    @GetMapping("/policy/replay")
    @Requires({Permission.POLICY_READ, Permission.PROPOSAL_READ_ALL})
    ModelAndView replay(Caller caller) {
        return replay(caller, new ReplayForm(null, null, null, null, null), HttpStatus.OK, null, null);
    }

    private ModelAndView replay(
            Caller caller,
            ReplayForm form,
            HttpStatus status,
            @Nullable String problem,
            @Nullable ReplayAnswer answer) {
        Map<String, @Nullable Object> model = PageModel.of("replay", caller);
        model.put("form", form);
        model.put("choices", choices());
        model.put("problem", problem);
        model.put("answer", answer);
        if (answer != null) {
            model.put("from", PageTime.inWords(answer.from()));
            model.put("to", PageTime.inWords(answer.to()));
            model.put("changed", answer.changed().stream().map(ChangedLine::of).toList());
        }
        return new ModelAndView("replay", model, status);
    }

    @PostMapping("/policy/replay")
    @Requires({Permission.POLICY_READ, Permission.PROPOSAL_READ_ALL})
    ModelAndView run(Caller caller, ReplayForm form) {
        PageModel.viewer(caller);
        Map<String, Object> period = new HashMap<>();
        put(period, "set", form.set());
        put(period, "against", form.against());
        put(period, "after", form.after());
        try {
            putDay(period, "from", form.from(), 0);
            // The last day is part of the period.
            putDay(period, "to", form.to(), 1);
        } catch (DateTimeException _) {
            return replay(caller, form, HttpStatus.BAD_REQUEST, "A day is written like 2026-11-30.", null);
        }
        try {
            return replay(caller, form, HttpStatus.OK, null, api.replay(caller, forms.read(period, Period.class)));
        } catch (ProblemException e) {
            return replay(caller, form, e.status(), FormCheck.inWords(e), null);
        }
    }

    /** What is left empty is left out. */
    private static void put(Map<String, Object> request, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            request.put(name, value.strip());
        }
    }

    private static void putDay(Map<String, Object> request, String name, @Nullable String day, int later) {
        if (day != null && !day.isBlank()) {
            request.put(
                    name,
                    LocalDate.parse(day.strip())
                            .plusDays(later)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .toString());
        }
    }

    @ExceptionHandler
    ModelAndView onRefusal(PolicyRefusedException e) {
        HttpStatus status = e.code() == PolicyRefusedException.Code.POLICY_SET_NOT_FOUND
                ? HttpStatus.NOT_FOUND
                : HttpStatus.CONFLICT;
        return ProblemPage.of(status, e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onErrors(InvalidPolicySetException e) {
        return ProblemPage.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "This version of the service cannot compile the policy set: " + e.getMessage());
    }
}
