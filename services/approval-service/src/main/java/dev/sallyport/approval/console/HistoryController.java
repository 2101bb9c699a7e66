package dev.sallyport.approval.console;

import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalQuery;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.web.ApprovalFilters;
import dev.sallyport.pages.PageModel;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.ModelAndView;

/** What was decided, and what became of it. */
@Controller
class HistoryController {
    private static final String PATH = "/console/history";
    private static final int SHOWN = 50;
    private static final List<State> STATES = Arrays.stream(ApprovalState.values())
            .filter(state -> !state.open())
            .map(state -> new State(state.wire(), ConsoleText.state(state)))
            .toList();

    private final ApprovalQueries queries;
    private final Cards cards;

    HistoryController(ApprovalQueries queries, Cards cards) {
        this.queries = queries;
        this.cards = cards;
    }

    /** What the form offers as a state. */
    public record State(String wire, String inWords) {}

    /** The filters, with names as in the address. */
    record Filters(
            @Nullable String state,
            @BindParam("asked_by") @Nullable String askedBy,
            @BindParam("answered_by") @Nullable String answeredBy,
            @Nullable String tool,
            @Nullable String from,
            @Nullable String to,
            @Nullable String before) {
        /** All but the position, with empty texts for what is not asked for. */
        Map<String, String> asked() {
            Map<String, String> asked = new LinkedHashMap<>();
            asked.put("state", text(state));
            asked.put("asked_by", text(askedBy));
            asked.put("answered_by", text(answeredBy));
            asked.put("tool", text(tool));
            asked.put("from", text(from));
            asked.put("to", text(to));
            return asked;
        }

        private static String text(@Nullable String value) {
            return value == null ? "" : value.strip();
        }
    }

    @GetMapping(PATH)
    @Requires(Permission.APPROVAL_READ)
    ModelAndView history(Caller caller, @ModelAttribute Filters filters) {
        Map<String, @Nullable Object> model = PageModel.of("history", caller);
        Map<String, String> asked = filters.asked();
        model.put("filters", asked);
        model.put("filtered", asked.values().stream().anyMatch(value -> !value.isEmpty()));
        model.put("states", STATES);
        try {
            Page<ApprovalRecord> page = page(caller, filters);
            model.put("cards", cards.of(page.items(), caller));
            model.put("older", older(asked, page.next()));
            return new ModelAndView("history", model);
        } catch (ProblemException e) {
            if (e.status() != HttpStatus.BAD_REQUEST) {
                throw e;
            }
            // Beside the form, so that the wrong value can be corrected. Nothing is listed: it would answer another
            // question.
            model.put("problem", inTheWordsOfTheForm(e.getMessage()));
            model.put("cards", List.of());
            return new ModelAndView("history", model, HttpStatus.BAD_REQUEST);
        }
    }

    private Page<ApprovalRecord> page(Caller caller, Filters filters) {
        ApprovalQuery query = new ApprovalFilters(
                        filters.state(),
                        filters.tool(),
                        filters.askedBy(),
                        filters.answeredBy(),
                        null,
                        filters.from(),
                        filters.to())
                .query();
        if (query.states().contains(ApprovalState.PENDING)) {
            throw ProblemException.badRequest(
                    "INVALID_REQUEST",
                    "`state` must be `approved`, `denied`, `timed_out` or `cancelled`. What is pending waits and is no history.");
        }
        String before = filters.before();
        return queries.history(
                caller.principalOrRefuse().workspaceId(),
                query,
                new PageRequest(SHOWN, before == null || before.isEmpty() ? null : before));
    }

    private static @Nullable String older(Map<String, String> asked, @Nullable String next) {
        if (next == null) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>(asked);
        parameters.put("before", next);
        return PageModel.address(PATH, parameters);
    }

    private static String inTheWordsOfTheForm(@Nullable String detail) {
        return String.valueOf(detail)
                .replace("`principal`", "\u201cAsked by\u201d")
                .replace("`approver`", "\u201cAnswered by\u201d")
                .replace("`state`", "\u201cState\u201d")
                .replace("`tool`", "\u201cTool\u201d")
                .replace("`from`", "\u201cFrom\u201d")
                .replace("`to`", "\u201cTo\u201d")
                .replace("`", "");
    }
}
