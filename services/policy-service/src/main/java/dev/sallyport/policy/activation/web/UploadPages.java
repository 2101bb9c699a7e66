package dev.sallyport.policy.activation.web;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.policy.activation.PolicyRefusedException;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.policyset.CheckBusyException;
import dev.sallyport.policy.policyset.Finding;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.policyset.TrialFailedException;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Uploads a policy set from a page: its files in one text, each behind a line that names it. */
@PageController
class UploadPages {
    private static final Pattern FILE = Pattern.compile("--- (\\S+)\\s*");
    private static final String EXAMPLE = """
            --- hard/team.cedar
            @id("team.no-touch")
            @tier("hard")
            @reason("This agent reads only.")
            forbid (principal == Agent::"agent:demo", action == Action::"tool.execute", resource == Tool::"fs.write");
            """;

    private final PolicySets sets;
    private final FormCheck forms;

    UploadPages(PolicySets sets, FormCheck forms) {
        this.sets = sets;
        this.forms = forms;
    }

    @GetMapping("/policy/new-set")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView form(Caller caller) {
        return form(caller, HttpStatus.OK, null, List.of(), "", EXAMPLE);
    }

    /** Stores the set. It decides nothing until it is activated, from the page that compares it. */
    @PostMapping("/policy/sets")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView upload(
            Caller caller,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String files) {
        Principal viewer = PageModel.viewer(caller);
        try {
            SetUpload upload = forms.read(Map.of("name", name.strip(), "files", files(files)), SetUpload.class);
            String digest = sets.upload(viewer, upload.nameOrNone(), upload.document())
                    .set()
                    .digest()
                    .hex();
            return SeeOther.to("/policy/sets/" + digest + "/check");
        } catch (InvalidPolicySetException e) {
            return form(
                    caller,
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "This is no policy set yet. What is wrong stands below.",
                    e.findings(),
                    name,
                    files);
        } catch (TrialFailedException e) {
            return form(caller, PolicySetProblems.status(e), e.getMessage(), List.of(), name, files);
        } catch (CheckBusyException e) {
            return form(caller, HttpStatus.SERVICE_UNAVAILABLE, e.getMessage(), List.of(), name, files);
        } catch (PolicyRefusedException e) {
            return form(caller, PolicySetProblems.status(e), e.getMessage(), List.of(), name, files);
        } catch (ProblemException e) {
            return form(caller, e.status(), FormCheck.inWords(e), List.of(), name, files);
        }
    }

    private static ModelAndView form(
            Caller caller,
            HttpStatus status,
            @Nullable String problem,
            List<Finding> findings,
            String name,
            String files) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        model.put("problem", problem);
        model.put("findings", findings.stream().map(SetPages.FindingLine::of).toList());
        model.put("name", name);
        model.put("files", files);
        return new ModelAndView("set-new", model, status);
    }

    /**
     * The texts by path. Browsers send each line's end as two characters; a set has the same digest here as from a folder.
     *
     * @throws ProblemException 400 where there is no file, a text stands before the first name, or a name twice
     */
    private static Map<String, String> files(String text) {
        Map<String, StringBuilder> files = new LinkedHashMap<>();
        StringBuilder file = null;
        for (String line : text.replace("\r\n", "\n").split("\n", -1)) {
            Matcher named = FILE.matcher(line);
            if (named.matches()) {
                file = new StringBuilder();
                if (files.put(named.group(1), file) != null) {
                    throw ProblemException.badRequest(
                            "INVALID_REQUEST", "Two files are called " + named.group(1) + ".");
                }
            } else if (file != null) {
                file.append(line).append('\n');
            } else if (!line.isBlank()) {
                throw ProblemException.badRequest(
                        "INVALID_REQUEST", "Begin with the name of the first file, as in `--- hard/team.cedar`.");
            }
        }
        if (files.isEmpty()) {
            throw ProblemException.badRequest(
                    "INVALID_REQUEST",
                    "There is no file. Begin with the name of the first one, as in `--- hard/team.cedar`.");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        files.forEach((path, lines) -> texts.put(path, lines.toString().strip() + "\n"));
        return texts;
    }
}
