package dev.sallyport.executor.fleet;

import dev.sallyport.executor.skill.SkillPackages;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Packages as control hands them out: each archive as it was installed first, with a signature for each workspace. */
public final class TestPackages implements SkillPackages {
    private final Map<Digest, byte[]> archives = new ConcurrentHashMap<>();
    private final Map<String, byte[]> signatures = new ConcurrentHashMap<>();

    /** The digests of the archives that were fetched. */
    public final List<Digest> fetched = new CopyOnWriteArrayList<>();

    /** The workspaces whose signatures were fetched. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** Packages that all workspaces have, with the signatures in their archives. */
    public static TestPackages of(SampleSkill... skills) {
        TestPackages packages = new TestPackages();
        for (SampleSkill skill : skills) {
            packages.put(skill.skill.digest(), skill.archive);
        }
        return packages;
    }

    /** What is handed out for this digest, be it right or wrong. */
    public void put(Digest digest, byte[] archive) {
        archives.put(digest, archive);
    }

    /** What is handed out as the signature that the workspace has. */
    public void sign(Digest digest, String workspaceId, byte[] signature) {
        signatures.put(digest + workspaceId, signature);
    }

    @Override
    public byte[] fetch(Digest digest) throws IOException {
        fetched.add(digest);
        return archive(digest);
    }

    private byte[] archive(Digest digest) throws IOException {
        return Optional.ofNullable(archives.get(digest)).orElseThrow(() -> new IOException("there is none"));
    }

    @Override
    public byte[] signature(Digest digest, String workspaceId) throws IOException {
        asked.add(workspaceId);
        byte[] own = signatures.get(digest + workspaceId);
        if (own != null) {
            return own;
        }
        try {
            return SkillPackage.read(archive(digest)).signatureFile().orElseThrow();
        } catch (SkillRefusedException e) {
            throw new IOException(e);
        }
    }
}
