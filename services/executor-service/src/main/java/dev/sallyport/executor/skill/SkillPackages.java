package dev.sallyport.executor.skill;

import dev.sallyport.statements.Digest;
import java.io.IOException;

/** Where a node gets the packages of skills from. */
@FunctionalInterface
public interface SkillPackages {
    /**
     * The archive of a package. Whoever asks for it believes none of its bytes before it has read them.
     *
     * @param digest the package's digest
     * @throws IOException when it cannot be had now
     */
    byte[] fetch(Digest digest) throws IOException;
}
