package dev.sallyport.policy.activation.web;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.SourceText;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.policy.activation.Activation;
import dev.sallyport.policy.activation.LoadedSet;
import dev.sallyport.policy.activation.LoadedSets;
import dev.sallyport.policy.activation.PolicyChange;
import dev.sallyport.policy.activation.PolicyRefusedException;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.activation.PolicySets.Update;
import dev.sallyport.policy.activation.SetName;
import dev.sallyport.policy.activation.SetSummary;
import dev.sallyport.policy.activation.StoredSet;
import dev.sallyport.policy.policyset.CheckBusyException;
import dev.sallyport.policy.policyset.Finding;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.policyset.PolicySetCheck;
import dev.sallyport.policy.policyset.PolicySetCheck.Checked;
import dev.sallyport.policy.policyset.TestReport;
import dev.sallyport.policy.policyset.TrialFailedException;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * Policy sets as pages. A set is put in force from the page that compares it with the one that decides, and only while
 * that one still does.
 */
@PageController
class SetPages {
    private static final String HOME = "/policy/sets";
    private static final PageRequest NEWEST = new PageRequest(10, null);
    private static final PageRequest MANY = new PageRequest(PageRequest.MAX_LIMIT, null);

    private final PolicySets sets;
    private final LoadedSets loaded;
    private final PolicySetCheck check;

    SetPages(PolicySets sets, LoadedSets loaded, PolicySetCheck check) {
        this.sets = sets;
        this.loaded = loaded;
        this.check = check;
    }

    /** A set in the list. */
    record Row(String digest, String shortly, VisibleText name, int bytes, String by, String at, boolean active) {
        static Row of(SetSummary set) {
            return new Row(
                    set.digest().hex(),
                    SetName.shortly(set.digest()),
                    VisibleText.of(set.name()),
                    set.bytes(),
                    set.uploadedBy(),
                    PageTime.inWords(set.uploadedAt()),
                    set.active());
        }
    }

    /** A moment from which a set decided. */
    record ActivationRow(
            String set,
            String shortly,
            boolean rollback,
            String by,
            @Nullable String proposedBy,
            String at) {
        static ActivationRow of(Activation activation) {
            return new ActivationRow(
                    new SetName(activation.set()).toString(),
                    SetName.shortly(activation.set()),
                    activation.rollback(),
                    activation.actor(),
                    activation.proposedBy(),
                    PageTime.inWords(activation.activatedAt()));
        }
    }

    /** An activation that waits, or waited, for a second person. */
    record ChangeRow(String id, String state, String shortly, boolean rollback, String by, String at) {
        static ChangeRow of(PolicyChange change) {
            return new ChangeRow(
                    change.changeId(),
                    change.state().name().toLowerCase(Locale.ROOT),
                    SetName.shortly(change.set()),
                    change.rollback(),
                    change.proposers().getFirst(),
                    PageTime.inWords(change.proposedAt()));
        }
    }

    /** A file of a set. */
    record FileRow(String path, SourceText text) {}

    @GetMapping(HOME)
    @Requires(Permission.POLICY_READ)
    ModelAndView list(Caller caller, PageRequest page) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        Principal viewer = PageModel.viewer(caller);
        Page<SetSummary> found = sets.list(page);
        Activation current = sets.current();
        model.put("sets", found.map(Row::of).items());
        model.put("next", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        model.put("current", ActivationRow.of(current));
        model.put("history", sets.history(NEWEST).map(ActivationRow::of).items());
        model.put(
                "changes",
                sets.changes(viewer.workspaceId(), NEWEST).map(ChangeRow::of).items());
        model.put("mayManage", viewer.may(Permission.POLICY_MANAGE));
        model.put("mayRollBack", viewer.may(Permission.POLICY_MANAGE) && current.beneath() != null);
        return new ModelAndView("sets", model);
    }

    @GetMapping(HOME + "/{digest}")
    @Requires(Permission.POLICY_READ)
    ModelAndView set(Caller caller, @PathVariable String digest) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        StoredSet set = sets.find(digest);
        List<FileRow> files = set.document().files().entrySet().stream()
                .map(file -> new FileRow(file.getKey(), SourceText.of(file.getValue())))
                .toList();
        model.put("digest", set.digest().hex());
        model.put("shortly", SetName.shortly(set.digest()));
        model.put("name", VisibleText.whole(set.name()));
        model.put("authors", String.join(", ", set.authors()));
        model.put("uploadedAt", PageTime.inWords(set.uploadedAt()));
        model.put("active", set.digest().equals(sets.current().set()));
        model.put("files", files);
        model.put("suspicious", files.stream().anyMatch(file -> file.text().suspicious()));
        return new ModelAndView("set", model);
    }

    /** A finding; its message may quote what an author wrote. */
    record FindingLine(String level, String place, VisibleText message) {
        static FindingLine of(Finding finding) {
            return new FindingLine(
                    finding.level().wire(),
                    finding.file().isEmpty() ? "" : finding.place(),
                    VisibleText.whole(finding.message()));
        }
    }

    /** What came out of a test; its name and what it expects are its author's words. */
    record TestLine(boolean passed, VisibleText name, VisibleText outcome) {
        static TestLine of(TestReport.Outcome test) {
            return new TestLine(
                    test.passed(),
                    VisibleText.whole(test.name()),
                    VisibleText.whole(test.file() + ": expects " + test.expected() + ", gets " + test.decision() + " "
                            + test.code()));
        }
    }

    /** Compiles the set with the baseline and runs its tests. That changes nothing. */
    @GetMapping(HOME + "/{digest}/check")
    @Requires(Permission.POLICY_READ)
    ModelAndView check(Caller caller, @PathVariable String digest) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        StoredSet set = sets.find(digest);
        Checked checked = check.check(set.document());
        TestReport tests = checked.tests();
        List<Finding> findings = checked.findings();
        model.put("digest", set.digest().hex());
        model.put("shortly", SetName.shortly(set.digest()));
        model.put("findings", findings.stream().map(FindingLine::of).toList());
        model.put("tests", tests.outcomes().stream().map(TestLine::of).toList());
        model.put("failed", tests.red().size());
        model.put("untested", checked.snapshot() == null ? List.of() : untested(set, checked, tests));
        return new ModelAndView("set-check", model);
    }

    /** The rules that decide, and that no test has met. */
    private static List<String> untested(StoredSet set, Checked checked, TestReport tests) {
        return checked.orRefuse().rules().stream()
                .filter(rule -> set.document().files().containsKey(rule.file()))
                .filter(rule -> !rule.logOnly() && !tests.determining().contains(rule.id()))
                .map(rule -> rule.id() + " (" + rule.file() + ":" + rule.line() + ")")
                .toList();
    }

    @GetMapping(HOME + "/{digest}/diff")
    @Requires(Permission.POLICY_READ)
    ModelAndView diff(Caller caller, @PathVariable String digest, @RequestParam(defaultValue = "") String against) {
        return diff(caller, digest, against, HttpStatus.OK, null);
    }

    private ModelAndView diff(
            Caller caller, String digest, String against, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        Principal viewer = PageModel.viewer(caller);
        Activation current = sets.current();
        SetName active = new SetName(current.set());
        LoadedSet before = against.isEmpty() ? loaded.load(active) : loaded.named(against);
        LoadedSet after = loaded.named(digest);
        boolean withActive = before.name().equals(active);
        model.put("others", sets.list(MANY).map(Row::of).items());
        model.put("difference", DifferencePage.of(before, after));
        model.put("position", current.position());
        model.put("withActive", withActive);
        model.put("mayActivate", withActive && !after.name().equals(active) && viewer.may(Permission.POLICY_MANAGE));
        model.put("problem", problem);
        return new ModelAndView("set-diff", model, status);
    }

    @PostMapping(HOME + "/{digest}/activate")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView activate(
            Caller caller, @PathVariable String digest, @RequestParam(defaultValue = "") String position) {
        Principal viewer = PageModel.viewer(caller);
        try {
            return became(sets.activateAfter(viewer, digest, number(position)));
        } catch (PolicyRefusedException e) {
            return diff(caller, digest, "", PolicySetProblems.status(e), e.getMessage());
        }
    }

    @GetMapping("/policy/rollback")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView rollBack(Caller caller) {
        return rollBack(caller, HttpStatus.OK, null);
    }

    private ModelAndView rollBack(Caller caller, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        Activation current = sets.current();
        LoadedSet restored = sets.beneath();
        model.put("difference", DifferencePage.of(loaded.load(new SetName(current.set())), restored));
        model.put("position", current.position());
        model.put("set", restored.name().toString());
        model.put("problem", problem);
        return new ModelAndView("rollback", model, status);
    }

    @PostMapping("/policy/rollback")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView rollBack(
            Caller caller,
            @RequestParam(defaultValue = "") String position,
            @RequestParam(defaultValue = "") String set) {
        Principal viewer = PageModel.viewer(caller);
        if (!sets.beneath().name().toString().equals(set)) {
            return rollBack(
                    caller,
                    HttpStatus.CONFLICT,
                    "Another set would be restored by now. Read what that changes, and decide again.");
        }
        try {
            return became(sets.rollBackFrom(viewer, number(position)));
        } catch (PolicyRefusedException e) {
            return rollBack(caller, PolicySetProblems.status(e), e.getMessage());
        }
    }

    private static ModelAndView became(Update update) {
        return SeeOther.to(
                switch (update) {
                    case Update.InForce _ -> HOME;
                    case Update.Pending(PolicyChange change) -> ChangePages.path(change.changeId());
                });
    }

    private static long number(String position) {
        if (!position.matches("[0-9]{1,18}")) {
            throw ProblemException.badRequest("INVALID_REQUEST", "This form is not complete. Load the page again.");
        }
        return Long.parseLong(position);
    }

    @ExceptionHandler
    ModelAndView onRefusal(PolicyRefusedException e) {
        return ProblemPage.of(PolicySetProblems.status(e), e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onErrors(InvalidPolicySetException e) {
        return ProblemPage.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "This version of the service cannot compile the policy set: " + e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onFailedTrial(TrialFailedException e) {
        return ProblemPage.of(PolicySetProblems.status(e), e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onCrowd(CheckBusyException e) {
        return ProblemPage.of(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
    }
}
