package dev.sallyport.executor.control.skill.web;

import dev.sallyport.executor.control.skill.Skills;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Hands packages of skills to nodes. */
@RestController
@NodeOnly
class SkillPackageController {
    private final Skills skills;

    SkillPackageController(Skills skills) {
        this.skills = skills;
    }

    /**
     * The archive of the package that a permit names.
     *
     * @param digest digest of the package
     */
    @GetMapping(path = "/internal/v1/skill-packages/{digest}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] archive(@PathVariable @Pattern(regexp = "[0-9a-f]{64}") String digest) {
        return skills.packageOf(new Digest(digest))
                .orElseThrow(() -> ProblemException.notFound("There is no package with this digest."));
    }

    /**
     * The signature with which a workspace has installed the package: its {@code signature.json}. Several workspaces may have
     * the same files from several publishers.
     *
     * @param digest digest of the package
     * @param workspace the workspace of the permit
     */
    @GetMapping(
            path = "/internal/v1/skill-packages/{digest}/signature",
            produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] signature(
            @PathVariable @Pattern(regexp = "[0-9a-f]{64}") String digest,
            @RequestParam @Size(min = 1, max = 64) String workspace) {
        return skills.signatureOf(new Digest(digest), workspace)
                .orElseThrow(() -> ProblemException.notFound("No signature of this package is kept for the workspace."
                        + " Install the package in the workspace again."));
    }
}
