package dev.sallyport.attestation.cases.web;

import dev.sallyport.attestation.cases.CaseFile;
import dev.sallyport.attestation.cases.Cases;
import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** A call's case for people to read. Its reader is noted, as the API notes its own. */
@PageController
class CasePages {
    /** Whoever follows the link of a call that has just ended need not load the page a second time. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final CaseController api;

    CasePages(CaseController api) {
        this.api = api;
    }

    @GetMapping({"/ledger", "/ledger/"})
    @Requires(Permission.LEDGER_READ)
    ModelAndView start(Caller caller, @RequestParam(defaultValue = "") String call) {
        Map<String, @Nullable Object> model = PageModel.of("ledger", caller);
        String id = call.strip();
        if (CaseController.isId(id)) {
            return SeeOther.to("/ledger/cases/" + id);
        }
        model.put("asked", call);
        model.put("problem", id.isEmpty() ? null : "This is no id of a call: it has 26 capitals and digits.");
        return new ModelAndView("ledger", model);
    }

    @GetMapping("/ledger/cases/{id}")
    @Requires(Permission.LEDGER_READ)
    ModelAndView read(Caller caller, @PathVariable String id) throws InterruptedException {
        Map<String, @Nullable Object> model = PageModel.of("ledger", caller);
        Principal viewer = PageModel.viewer(caller);
        boolean discloses = viewer.may(Permission.LEDGER_EXPORT);
        CaseFile file = api.file(id, new Cases.Reading(Reader.of(viewer), false, discloses, PATIENCE));
        model.put("told", ToldCase.of(file));
        model.put("discloses", discloses);
        return new ModelAndView("case", model);
    }

    @GetMapping("/ledger/cases/{id}/bundle")
    @Requires(Permission.LEDGER_EXPORT)
    ResponseEntity<byte[]> bundle(Caller caller, @PathVariable String id) throws IOException, InterruptedException {
        return api.bundle(PageModel.viewer(caller), id, (int) PATIENCE.toSeconds());
    }

    @GetMapping("/ledger/**")
    @Requires(Permission.LEDGER_READ)
    ModelAndView unknown(Caller caller) {
        PageModel.viewer(caller);
        throw ProblemException.notFound("There is no such page. Begin with the ledger's first one.");
    }
}
