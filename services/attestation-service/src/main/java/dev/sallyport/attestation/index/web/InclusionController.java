package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.LedgerInclusion;
import dev.sallyport.attestation.index.LedgerInclusion.Found;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tells the services which of their statements the log has, so that they can stop sending them. */
@RestController
@FleetOnly
class InclusionController {
    private static final int MAX_DIGESTS = 1000;

    private final LedgerInclusion inclusion;

    InclusionController(LedgerInclusion inclusion) {
        this.inclusion = inclusion;
    }

    record Question(@Nullable List<@Nullable String> digests) {}

    record Answer(List<Result> results) {}

    record Result(String digest, boolean included, @Nullable Long index, boolean ended) {
        static Result of(Found found) {
            return new Result(
                    found.digest().hex(), found.included(), found.included() ? found.index() : null, found.ended());
        }
    }

    /** Says which of these statements a published checkpoint covers. */
    @PostMapping("/internal/v1/inclusion")
    Answer inclusion(@RequestBody Question question) {
        List<@Nullable String> asked = question.digests();
        if (asked == null || asked.isEmpty() || asked.size() > MAX_DIGESTS) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "`digests` must name 1 to " + MAX_DIGESTS + " statements.",
                    "digests",
                    "`digests` must be a list of 1 to " + MAX_DIGESTS + " digests.");
        }
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            digests.add(digest("digests[" + i + "]", asked.get(i)));
        }
        return new Answer(inclusion.find(digests).stream().map(Result::of).toList());
    }

    static Digest digest(String field, @Nullable String text) {
        try {
            return new Digest(text == null ? "" : text);
        } catch (IllegalArgumentException _) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "A statement is named by the SHA-256 of its payload.",
                    field,
                    "A digest must have 64 lower-case hexadecimal digits.");
        }
    }
}
