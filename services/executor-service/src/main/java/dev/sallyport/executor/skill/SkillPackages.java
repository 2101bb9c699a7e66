package dev.sallyport.executor.skill;

import dev.sallyport.statements.Digest;
import java.io.IOException;

/** Where a node gets the packages of skills from. Whoever asks believes none of the bytes before it has read them. */
public interface SkillPackages {
    /**
     * The archive of a package.
     *
     * @param digest the package's digest
     * @throws IOException when it cannot be had now
     */
    byte[] fetch(Digest digest) throws IOException;

    /**
     * The {@code signature.json} with which a workspace has installed a package. Several workspaces may have the same files
     * from several publishers.
     *
     * @param digest the package's digest
     * @throws IOException when it cannot be had now
     */
    byte[] signature(Digest digest, String workspaceId) throws IOException;
}
