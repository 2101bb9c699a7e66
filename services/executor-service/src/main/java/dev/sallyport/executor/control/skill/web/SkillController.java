package dev.sallyport.executor.control.skill.web;

import dev.sallyport.executor.control.skill.SkillProblemException;
import dev.sallyport.executor.control.skill.SkillVersionRow;
import dev.sallyport.executor.control.skill.Skills;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.statements.Digest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The skills of a workspace, for operators. */
@RestController
class SkillController {
    private static final String SHA256 = "[0-9a-f]{64}";
    private static final String NOT_SHA256 = "must be 64 lower-case hexadecimal digits";

    private final Skills skills;

    SkillController(Skills skills) {
        this.skills = skills;
    }

    /**
     * What the person has looked at, and what is granted.
     *
     * @param packageDigest of the package, as the version's own view shows it
     * @param fingerprint of the publisher's key, as the publisher told it; needed once for each publisher
     * @param capabilities what is granted of what the skill asks for; left out, all of it
     */
    record Enabling(
            @NotNull @Pattern(regexp = SHA256, message = NOT_SHA256)
            String packageDigest,

            @Nullable @Pattern(regexp = SHA256, message = NOT_SHA256)
            String fingerprint,

            @Nullable @Size(max = 16) List<@NotNull @Size(max = 32) String> capabilities) {}

    /**
     * Why.
     *
     * @param reason for people, on the ledger
     */
    record Reason(@NotBlank @Size(max = 200) String reason) {}

    /**
     * Installs a package of a skill, of at most what a request's body may have.
     *
     * <p>It waits in quarantine until somebody enables it, unless its publisher's key is trusted and it asks for nothing
     * beyond the enabled version. The same content again is answered 200.
     */
    @PostMapping(path = "/v1/skills", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Requires(Permission.TOOL_MANAGE)
    ResponseEntity<SkillView> install(Caller caller, @RequestBody byte[] archive) {
        Skills.Installation installed = skills.install(caller.principalOrRefuse(), archive);
        SkillVersionRow version = installed.version();
        return ResponseEntity.status(installed.before() ? HttpStatus.OK : HttpStatus.CREATED)
                .location(URI.create("/v1/skills/" + version.skill() + "/versions/" + version.version()))
                .body(view(version));
    }

    /** Lists the versions of the workspace's skills in whatever state, by skill and age. */
    @GetMapping("/v1/skills")
    @Requires(Permission.TOOL_READ)
    Page<SkillLine> list(Caller caller) {
        return Page.whole(skills.all(caller.principalOrRefuse().workspaceId()).stream()
                .map(SkillLine::of)
                .toList());
    }

    /**
     * Shows a version: what it is, what it asks for, what was granted, and what it asks for beyond the enabled version.
     *
     * @param skill the skill's id
     * @param version the version
     */
    @GetMapping("/v1/skills/{skill}/versions/{version}")
    @Requires(Permission.TOOL_READ)
    SkillView get(Caller caller, @PathVariable String skill, @PathVariable String version) {
        return view(skills.get(caller.principalOrRefuse().workspaceId(), skill, version));
    }

    /**
     * Enables a version instead of the one before, whose running calls finish. Only a person may.
     *
     * @param skill the skill's id
     * @param version the version
     */
    @PostMapping("/v1/skills/{skill}/versions/{version}:enable")
    @Requires(Permission.TOOL_MANAGE)
    SkillView enable(
            Caller caller,
            @PathVariable String skill,
            @PathVariable String version,
            @Valid @RequestBody Enabling enabling) {
        String fingerprint = enabling.fingerprint();
        return view(skills.enable(
                caller.principalOrRefuse(),
                skill,
                version,
                new Digest(enabling.packageDigest()),
                fingerprint == null ? null : new Digest(fingerprint),
                enabling.capabilities()));
    }

    /**
     * Takes a version out of use until somebody enables it again. Its running calls are ended.
     *
     * @param skill the skill's id
     * @param version the version
     */
    @PostMapping("/v1/skills/{skill}/versions/{version}:quarantine")
    @Requires(Permission.TOOL_MANAGE)
    SkillView quarantine(
            Caller caller,
            @PathVariable String skill,
            @PathVariable String version,
            @Valid @RequestBody Reason reason) {
        return view(skills.quarantine(caller.principalOrRefuse(), skill, version, reason.reason()));
    }

    /**
     * Takes a version out of use for ever. Its running calls are ended.
     *
     * @param skill the skill's id
     * @param version the version
     */
    @PostMapping("/v1/skills/{skill}/versions/{version}:revoke")
    @Requires(Permission.TOOL_MANAGE)
    SkillView revoke(
            Caller caller,
            @PathVariable String skill,
            @PathVariable String version,
            @Valid @RequestBody Reason reason) {
        return view(skills.revoke(caller.principalOrRefuse(), skill, version, reason.reason()));
    }

    /** Lists the publishers' keys that people of the workspace have decided about. */
    @GetMapping("/v1/skill-publishers")
    @Requires(Permission.TOOL_READ)
    Page<PublisherLine> publishers(Caller caller) {
        return Page.whole(skills.publishers(caller.principalOrRefuse().workspaceId()).stream()
                .map(PublisherLine::of)
                .toList());
    }

    /**
     * Revokes the keys of a publisher, and all versions that are signed by one of them. Their running calls are ended.
     *
     * @param publisher the publisher
     */
    @PostMapping("/v1/skill-publishers/{publisher}:revoke")
    @Requires(Permission.TOOL_MANAGE)
    Page<SkillLine> revokePublisher(Caller caller, @PathVariable String publisher, @Valid @RequestBody Reason reason) {
        Principal principal = caller.principalOrRefuse();
        return Page.whole(skills.revokePublisher(principal, publisher, reason.reason()).stream()
                .map(SkillLine::of)
                .toList());
    }

    private SkillView view(SkillVersionRow version) {
        return SkillView.of(version, skills.widens(version));
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(SkillProblemException e) {
        HttpStatus status = switch (e.code()) {
            case INVALID_SKILL, CAPABILITY_NOT_ASKED_FOR -> HttpStatus.BAD_REQUEST;
            case PUBLISHER_NOT_TRUSTED, PERSON_REQUIRED -> HttpStatus.FORBIDDEN;
            case SKILL_NOT_FOUND -> HttpStatus.NOT_FOUND;
            case SKILL_VERSION_CONFLICT,
                    SKILL_NAME_TAKEN,
                    TOO_MANY_SKILLS,
                    SKILL_CHANGED_MEANWHILE,
                    FINGERPRINT_NEEDED,
                    SKILL_REVOKED -> HttpStatus.CONFLICT;
        };
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, e.code().name(), String.valueOf(e.getMessage())));
    }
}
