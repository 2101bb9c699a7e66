package dev.sallyport.approval.key.web;

import dev.sallyport.approval.key.KeyEnrolment;
import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The keys that people sign answers with. They are made in the browser. */
@RestController
@RequestMapping("/v1/approver-keys")
class ApproverKeysController {
    private final PersonKeys keys;
    private final KeyEnrolment enrolment;

    ApproverKeysController(PersonKeys keys, KeyEnrolment enrolment) {
        this.keys = keys;
        this.enrolment = enrolment;
    }

    /**
     * A key.
     *
     * @param key SHA-256 of its SubjectPublicKeyInfo
     * @param host the host name whose pages it signs for
     * @param name what its person calls it
     * @param state {@code unconfirmed} until policy-service has said that it counts, then {@code live}
     */
    record KeyResource(
            String key, String principal, String host, String name, PersonKey.State state, Instant createdAt) {
        static KeyResource of(PersonKey key) {
            return new KeyResource(
                    key.key().key().hex(),
                    key.key().principal(),
                    key.key().rpId(),
                    key.name(),
                    key.state(),
                    key.createdAt());
        }
    }

    record Keys(List<KeyResource> items) {
        Keys {
            items = List.copyOf(items);
        }
    }

    /**
     * Lists the keys that a person signs answers with, at most ten.
     *
     * @param principal whose, for who manages members; left out for the caller's own
     */
    @GetMapping
    @Requires(Permission.APPROVAL_READ)
    Keys list(Caller caller, @RequestParam(required = false) @Nullable String principal) {
        Principal own = caller.principalOrRefuse();
        String person = principal == null ? own.name() : principal;
        if (!person.equals(own.name()) && !own.may(Permission.MEMBER_MANAGE)) {
            throw notYours();
        }
        return new Keys(
                keys.of(own.workspaceId(), person).stream().map(KeyResource::of).toList());
    }

    /**
     * Removes a key for good: it signs no further answer, and what it has signed and has not taken effect does not count.
     *
     * <p>Everybody removes his own; who manages members removes anybody's.
     *
     * @param key the key's SHA-256
     */
    @PostMapping("/{key}:remove")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.APPROVAL_RESOLVE)
    void remove(Caller caller, @PathVariable String key) {
        Principal own = caller.principalOrRefuse();
        Digest digest;
        try {
            digest = new Digest(key);
        } catch (IllegalArgumentException _) {
            throw ProblemException.notFound("There is no such key. It may have been removed before.");
        }
        boolean theirs = keys.find(own.workspaceId(), digest)
                .filter(found -> found.key().principal().equals(own.name()))
                .isPresent();
        if (!theirs && !own.may(Permission.MEMBER_MANAGE)) {
            throw notYours();
        }
        enrolment.remove(own.workspaceId(), digest, own.name());
    }

    private static ProblemException notYours() {
        return ProblemException.forbidden(
                "OTHER_PERSON", "Only who manages members sees and removes the keys of other people.");
    }
}
