package dev.sallyport.executor.control.skill.web;

import dev.sallyport.executor.control.skill.Skills;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import jakarta.validation.constraints.Pattern;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
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
}
