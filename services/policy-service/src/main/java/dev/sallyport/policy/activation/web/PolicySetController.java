package dev.sallyport.policy.activation.web;

import dev.sallyport.policy.activation.LoadedSet;
import dev.sallyport.policy.activation.LoadedSets;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.activation.StoredSet;
import dev.sallyport.policy.activation.web.SetAnswers.CheckView;
import dev.sallyport.policy.activation.web.SetAnswers.CoverageView;
import dev.sallyport.policy.activation.web.SetAnswers.DifferenceView;
import dev.sallyport.policy.activation.web.SetAnswers.FindingView;
import dev.sallyport.policy.activation.web.SetAnswers.SetView;
import dev.sallyport.policy.activation.web.SetAnswers.SummaryView;
import dev.sallyport.policy.activation.web.SetAnswers.TestsView;
import dev.sallyport.policy.activation.web.SetAnswers.UploadView;
import dev.sallyport.policy.policyset.PolicySetCheck;
import dev.sallyport.policy.policyset.SetDifference;
import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Policy sets: what was uploaded. */
@RestController
class PolicySetController {
    private final PolicySets sets;
    private final LoadedSets loaded;
    private final PolicySetCheck check;

    PolicySetController(PolicySets sets, LoadedSets loaded, PolicySetCheck check) {
        this.sets = sets;
        this.loaded = loaded;
        this.check = check;
    }

    /**
     * Checks a policy set and runs its tests, and stores nothing.
     *
     * <p>A set with errors is answered 200 too: {@code valid} is false and {@code findings} say what is wrong, by file,
     * line and column.
     */
    @PostMapping("/v1/policy-sets:validate")
    @Requires(Permission.POLICY_READ)
    CheckView validate(@Valid @RequestBody SetUpload upload) {
        SetDocument document = upload.document();
        return CheckView.of(document, check.check(document));
    }

    /**
     * Stores a policy set.
     *
     * <p>It decides nothing until it is activated. The same files again are the same set: then the answer is 200.
     */
    @PostMapping("/v1/policy-sets")
    @Requires(Permission.POLICY_MANAGE)
    ResponseEntity<UploadView> upload(Caller caller, @Valid @RequestBody SetUpload upload) {
        PolicySets.Upload done = sets.upload(caller.principalOrRefuse(), upload.nameOrNone(), upload.document());
        StoredSet set = done.set();
        return ResponseEntity.status(done.fresh() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(new UploadView(
                        set.digest().hex(),
                        done.checked().orRefuse().version().hex(),
                        set.name(),
                        set.authors().getFirst(),
                        set.uploadedAt(),
                        done.checked().findings().stream().map(FindingView::of).toList(),
                        TestsView.of(done.checked().tests())));
    }

    /** Lists the uploaded policy sets, the newest first. */
    @GetMapping("/v1/policy-sets")
    @Requires(Permission.POLICY_READ)
    Page<SummaryView> list(PageRequest page) {
        return sets.list(page).map(SummaryView::of);
    }

    /**
     * Shows an uploaded policy set with its files.
     *
     * @param digest the set's digest, 64 lower-case hexadecimal digits
     */
    @GetMapping("/v1/policy-sets/{digest}")
    @Requires(Permission.POLICY_READ)
    SetView get(@PathVariable String digest) {
        return SetView.of(sets.find(digest), sets.current());
    }

    /**
     * Compares two policy sets, by files and by rules.
     *
     * @param digest the later set: its digest, or {@code baseline}
     * @param against the earlier set: its digest, or {@code baseline}; left out, the set in force
     */
    @GetMapping("/v1/policy-sets/{digest}/diff")
    @Requires(Permission.POLICY_READ)
    DifferenceView diff(@PathVariable String digest, @RequestParam(required = false) @Nullable String against) {
        LoadedSet before = against == null ? sets.active() : loaded.named(against);
        LoadedSet after = loaded.named(digest);
        return DifferenceView.of(
                before.name(),
                after.name(),
                SetDifference.between(before.document(), before.snapshot(), after.document(), after.snapshot()));
    }

    /**
     * Lists the rules of a set, and whether its tests meet them.
     *
     * <p>The baseline's rules are tested where they are written.
     *
     * @param digest the set's digest, or {@code baseline}
     */
    @GetMapping("/v1/policy-sets/{digest}/coverage")
    @Requires(Permission.POLICY_READ)
    Page<CoverageView> coverage(@PathVariable String digest) {
        LoadedSet set = loaded.named(digest);
        Set<String> determining = check.test(set.document(), set.snapshot()).determining();
        return Page.whole(set.snapshot().rules().stream()
                .filter(rule -> set.document().files().containsKey(rule.file()))
                .map(rule -> new CoverageView(
                        rule.id(), rule.file(), rule.line(), rule.logOnly(), determining.contains(rule.id())))
                .toList());
    }

    /**
     * Deletes a policy set that has never decided and waits for nothing.
     *
     * @param digest the set's digest, 64 lower-case hexadecimal digits
     */
    @DeleteMapping("/v1/policy-sets/{digest}")
    @Requires(Permission.POLICY_MANAGE)
    SetView delete(@PathVariable String digest) {
        return SetView.of(sets.delete(digest), sets.current());
    }
}
