package dev.sallyport.executor.control.skill;

import dev.sallyport.executor.control.Executions;
import dev.sallyport.executor.control.skill.SkillProblemException.Code;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.PublisherStanding;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.skills.pack.SkillRelease;
import dev.sallyport.skills.pack.TrustedPublishers;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.skill.SkillState;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The life of a workspace's skills: installed into quarantine, enabled by a person, taken out of use, revoked for ever. Each
 * step is one transaction with the statement that makes it known.
 */
@Service
public class Skills {
    private static final Logger log = LoggerFactory.getLogger(Skills.class);

    private static final String ANY = "{\"type\":\"object\"}";

    private static final int MOST_VERSIONS = 500;

    private static final int FAILURES = 10;

    /** Not refusals, which are the permit's or the node's, and not cancellations, which are somebody's will. */
    private static final Set<CallOutcome> FAILED =
            EnumSet.of(CallOutcome.FAILED, CallOutcome.QUOTA_EXCEEDED, CallOutcome.TIMED_OUT);

    private static final String SELF = "executor-service";

    private final SkillTable table;
    private final SkillStatements statements;
    private final Executions executions;
    private final TransactionTemplate transaction;

    Skills(SkillTable table, SkillStatements statements, Executions executions, TransactionTemplate transaction) {
        this.table = table;
        this.statements = statements;
        this.executions = executions;
        this.transaction = transaction;
    }

    /**
     * What became of an installation.
     *
     * @param version as it is now
     * @param before whether it had been installed before, with the same content
     */
    public record Installation(SkillVersionRow version, boolean before) {}

    /**
     * Installs a package. It waits in quarantine until a person has enabled it, unless its publisher's key is trusted and it
     * asks for nothing beyond the version that is enabled now. The same content again changes nothing.
     *
     * @param archive the package
     * @throws SkillProblemException when it is no package, or its signer or version does not count
     */
    public Installation install(Principal actor, byte[] archive) {
        SkillPackage skill = read(archive);
        PublisherKey signer = skill.signer()
                .orElseThrow(() -> new SkillProblemException(
                        Code.INVALID_SKILL,
                        "UNSIGNED: The package is not signed. Ask its publisher for the signed one."));
        try {
            return Objects.requireNonNull(transaction.execute(_ -> store(actor, skill, signer, archive)));
        } catch (RefusedSigner e) {
            // Its own transaction: the refusal is kept although nothing is installed.
            log.warn(
                    "a package of {} is refused in workspace {}: {}",
                    skill.manifest().publisher(),
                    actor.workspaceId(),
                    e.refusal.getMessage());
            transaction.executeWithoutResult(
                    _ -> statements.refused(actor.workspaceId(), skill, e.refusal, actor.name()));
            throw new SkillProblemException(
                    Code.PUBLISHER_NOT_TRUSTED, e.refusal.refusal() + ": " + e.refusal.getMessage());
        }
    }

    /** A package by a signer who does not count, on its way out of the transaction. */
    private static final class RefusedSigner extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient SkillRefusedException refusal;

        RefusedSigner(SkillRefusedException refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    private static SkillPackage read(byte[] archive) {
        try {
            return SkillPackage.read(archive);
        } catch (SkillRefusedException e) {
            throw new SkillProblemException(Code.INVALID_SKILL, e.refusal() + ": " + e.getMessage());
        }
    }

    private Installation store(Principal actor, SkillPackage skill, PublisherKey signer, byte[] archive) {
        String workspace = actor.workspaceId();
        SkillManifest manifest = skill.manifest();
        table.lock(workspace);
        PublisherStanding standing = standing(workspace, skill);
        List<SkillVersionRow> versions = table.versions(workspace, manifest.id());
        verifyRelease(skill, versions);
        verifyKey(signer, versions);
        Optional<SkillVersionRow> before = versions.stream()
                .filter(version -> version.packageDigest().equals(skill.digest()))
                .findFirst();
        if (before.isPresent()) {
            if (!before.get().signer().equals(signer)) {
                throw keyChanged(before.get(), signer);
            }
            table.addSignature(workspace, signed(skill, signer));
            return new Installation(before.get(), true);
        }
        if (table.count(workspace) >= MOST_VERSIONS) {
            throw new SkillProblemException(
                    Code.TOO_MANY_SKILLS,
                    "A workspace has at most " + MOST_VERSIONS + " versions of skills, revoked ones included.");
        }
        String owner = table.claimName(workspace, manifest);
        if (!owner.equals(manifest.id())) {
            throw new SkillProblemException(
                    Code.SKILL_NAME_TAKEN,
                    "Where names have no dots, `" + manifest.id() + "` would be the same as the skill `" + owner
                            + "`. Its publisher must choose another id.");
        }
        Optional<SkillVersionRow> enabled = table.enabled(workspace, manifest.id());
        List<String> widens = widens(manifest, enabled);
        table.keepPackage(skill.digest(), archive);
        table.insert(
                workspace,
                manifest,
                skill.manifestFile(),
                signed(skill, signer),
                reason(standing, enabled.isPresent(), widens),
                actor.name());
        SkillVersionRow stored =
                get(workspace, manifest.id(), manifest.version().text());
        SkillStatements.verifyPublishable(stored, skill);
        statements.state(stored, actor.name(), null);
        if (standing == PublisherStanding.KNOWN
                && enabled.isPresent()
                && widens.isEmpty()
                && isAsItsPackageSays(enabled.get())) {
            Set<String> granted = new TreeSet<>(enabled.get().granted());
            granted.retainAll(kinds(manifest));
            enable(stored, skill, List.copyOf(granted), "asks for nothing beyond the version before", actor.name());
        }
        return new Installation(get(workspace, manifest.id(), manifest.version().text()), false);
    }

    private static SkillTable.Signed signed(SkillPackage skill, PublisherKey signer) {
        return new SkillTable.Signed(
                skill.digest(), signer, skill.signatureFile().orElse(null));
    }

    private PublisherStanding standing(String workspace, SkillPackage skill) {
        try {
            return trusted(workspace).standing(skill);
        } catch (SkillRefusedException e) {
            throw new RefusedSigner(e);
        }
    }

    /** A publisher who is not known here may come into quarantine: nothing leaves it without a compared fingerprint. */
    private TrustedPublishers trusted(String workspace) {
        Map<String, PublisherKey> keys = new HashMap<>();
        Set<PublisherKey> revoked = new HashSet<>();
        for (Publisher publisher : table.publishers(workspace)) {
            if (publisher.revoked()) {
                revoked.add(publisher.key());
            } else {
                keys.put(publisher.name(), publisher.key());
            }
        }
        return new TrustedPublishers(keys, revoked, true);
    }

    private static void verifyRelease(SkillPackage skill, List<SkillVersionRow> versions) {
        try {
            SkillRelease.of(skill)
                    .widens(versions.stream().map(SkillVersionRow::release).toList());
        } catch (SkillRefusedException e) {
            throw new SkillProblemException(Code.SKILL_VERSION_CONFLICT, e.refusal() + ": " + e.getMessage());
        }
    }

    /** A skill stays the key's that signed what was enabled of it: people opened it to agents by its id. */
    private static void verifyKey(PublisherKey signer, List<SkillVersionRow> versions) {
        for (SkillVersionRow version : versions) {
            if (version.enabledBy() != null && !version.signer().equals(signer)) {
                throw keyChanged(version, signer);
            }
        }
    }

    private static SkillProblemException keyChanged(SkillVersionRow version, PublisherKey signer) {
        return new SkillProblemException(
                Code.SKILL_VERSION_CONFLICT,
                "KEY_CHANGED: " + version.skill() + " " + version.version() + " is here signed by the key "
                        + version.signer().fingerprint() + ", and this package is signed by " + signer.fingerprint()
                        + ". A skill stays its key's. Its publisher must give it another id, which is opened like any new"
                        + " skill.");
    }

    private static List<String> widens(SkillManifest manifest, Optional<SkillVersionRow> enabled) {
        return enabled.map(version -> manifest.beyond(version.manifest())).orElseGet(manifest::beyondNothing);
    }

    private static String reason(PublisherStanding standing, boolean enabled, List<String> widens) {
        if (standing == PublisherStanding.FIRST_USE) {
            return "the publisher is new here";
        }
        if (!enabled) {
            return "no version is enabled";
        }
        return widens.isEmpty() ? "installed" : "asks for more than the enabled version";
    }

    /**
     * Enables a version, instead of the one that was enabled before, which goes back into quarantine; its running calls
     * finish.
     *
     * @param digest of the package that the person has looked at
     * @param fingerprint of the publisher's key, as the publisher told it by another way; needed once for each publisher
     * @param capabilities what is granted of what it asks for, as wire names; null for all of it
     * @throws SkillProblemException when it is no person, another package or key, was revoked, or asks for less
     */
    @Transactional
    public SkillVersionRow enable(
            Principal actor,
            String skillId,
            String version,
            Digest digest,
            @Nullable Digest fingerprint,
            @Nullable Collection<String> capabilities) {
        if (actor.kind() != Principal.Kind.PERSON) {
            throw new SkillProblemException(
                    Code.PERSON_REQUIRED,
                    "Only a person enables a version of a skill. Ask somebody who has looked at the package.");
        }
        String workspace = actor.workspaceId();
        table.lock(workspace);
        SkillVersionRow row = get(workspace, skillId, version);
        if (row.state() == SkillState.REVOKED) {
            throw new SkillProblemException(
                    Code.SKILL_REVOKED, "The version was revoked, which is for ever. Install a newer one.");
        }
        if (!row.packageDigest().equals(digest)) {
            throw new SkillProblemException(
                    Code.SKILL_CHANGED_MEANWHILE,
                    "The version has another package than the one with this digest. Look at it again, then enable what you"
                            + " have seen.");
        }
        SkillPackage skill = packageOf(row);
        Set<String> granted = new TreeSet<>(capabilities == null ? kinds(row.manifest()) : capabilities);
        for (String name : granted) {
            if (!kinds(row.manifest()).contains(name)) {
                throw new SkillProblemException(
                        Code.CAPABILITY_NOT_ASKED_FOR,
                        "The skill does not ask for `" + name + "`. It asks for: "
                                + (kinds(row.manifest()).isEmpty()
                                        ? "nothing"
                                        : String.join(", ", kinds(row.manifest())))
                                + ".");
            }
        }
        verifyKey(row.signer(), table.versions(workspace, skillId));
        confirmPublisher(row, fingerprint, actor.name());
        return enable(row, skill, List.copyOf(granted), "enabled by a person", actor.name());
    }

    /**
     * The package of a version. What the row says of it must be what the package says: a row that was changed would let
     * through what nobody has looked at.
     */
    private SkillPackage packageOf(SkillVersionRow row) {
        SkillPackage skill = read(archive(row.packageDigest()));
        if (!skill.digest().equals(row.packageDigest()) || !skill.manifest().equals(row.manifest())) {
            throw new SkillProblemException(
                    Code.SKILL_CHANGED_MEANWHILE,
                    "What is kept of version " + row.version()
                            + " is not what its package says: somebody has changed the"
                            + " database. Revoke the version, and find out who did.");
        }
        return skill;
    }

    private boolean isAsItsPackageSays(SkillVersionRow row) {
        try {
            packageOf(row);
            return true;
        } catch (SkillProblemException e) {
            log.warn(
                    "{} {}: no newer version is enabled without a person: {}",
                    row.skill(),
                    row.version(),
                    e.getMessage());
            return false;
        }
    }

    /** By the row's signer: an archive that several workspaces have is kept with the first of their signatures. */
    private void confirmPublisher(SkillVersionRow row, @Nullable Digest fingerprint, String actor) {
        String publisher = row.manifest().publisher();
        Digest own = row.signer().fingerprint();
        if (fingerprint != null && !fingerprint.equals(own)) {
            throw new SkillProblemException(
                    Code.FINGERPRINT_NEEDED,
                    "The package is signed by the key " + own + ", not by the one that you named. Ask the publisher by"
                            + " another way which one is theirs; until then leave the skill in quarantine.");
        }
        PublisherStanding standing;
        try {
            standing = trusted(row.workspaceId()).standing(publisher, row.signer());
        } catch (SkillRefusedException e) {
            throw new SkillProblemException(Code.PUBLISHER_NOT_TRUSTED, e.refusal() + ": " + e.getMessage());
        }
        if (standing == PublisherStanding.FIRST_USE) {
            if (fingerprint == null) {
                throw new SkillProblemException(
                        Code.FINGERPRINT_NEEDED,
                        "The publisher " + publisher + " is new here. Compare the fingerprint " + own
                                + " with what the publisher says, then send it as `fingerprint`.");
            }
            table.trust(row.workspaceId(), publisher, row.signer(), actor);
            statements.publisher(
                    AuditEvent.PUBLISHER_TRUSTED,
                    row.workspaceId(),
                    publisher,
                    row.signer(),
                    actor,
                    "fingerprint compared");
        }
    }

    private SkillVersionRow enable(
            SkillVersionRow row, SkillPackage skill, List<String> granted, String reason, String actor) {
        Optional<SkillVersionRow> before = table.enabled(row.workspaceId(), row.skill());
        if (before.isPresent() && !before.get().version().equals(row.version())) {
            table.change(before.get(), SkillState.QUARANTINED, "replaced by " + row.version(), actor);
            statements.state(again(before.get()), actor, null);
        }
        long change = table.nextChange(row);
        table.enable(row, granted, change, reason, actor);
        SkillVersionRow now = again(row);
        statements.state(now, actor, SkillStatements.publication(now, skill::schemaText, change, change));
        return now;
    }

    /**
     * Takes a version out of use until a person enables it again. Its running calls are ended.
     *
     * @throws SkillProblemException when there is none, or it was revoked
     */
    @Transactional
    public SkillVersionRow quarantine(Principal actor, String skillId, String version, String reason) {
        table.lock(actor.workspaceId());
        SkillVersionRow row = get(actor.workspaceId(), skillId, version);
        if (row.state() == SkillState.REVOKED) {
            throw new SkillProblemException(
                    Code.SKILL_REVOKED, "The version was revoked, which is more: it never runs again.");
        }
        return takeOut(row, SkillState.QUARANTINED, reason, actor.name());
    }

    /**
     * Takes out of use what has failed {@value #FAILURES} times in a row within an hour: trapped, beyond a limit, too late.
     * A person enables it again.
     */
    public void quarantineFailing() {
        for (SkillVersionRow failing : table.failing(FAILURES, FAILED)) {
            transaction.executeWithoutResult(_ -> quarantineFailing(failing));
        }
    }

    private void quarantineFailing(SkillVersionRow failing) {
        table.lock(failing.workspaceId());
        SkillVersionRow row = again(failing);
        // Somebody may have decided about it meanwhile.
        if (row.state() == SkillState.ENABLED && row.changedAt().equals(failing.changedAt())) {
            String reason = "its last " + FAILURES + " calls failed";
            log.warn("skill {} {} is quarantined: {}", row.skill(), row.version(), reason);
            takeOut(row, SkillState.QUARANTINED, reason, SELF);
        }
    }

    /**
     * Takes a version out of use for ever. Its running calls are ended. Revoking a revoked one changes nothing.
     *
     * @throws SkillProblemException when there is none
     */
    @Transactional
    public SkillVersionRow revoke(Principal actor, String skillId, String version, String reason) {
        table.lock(actor.workspaceId());
        SkillVersionRow row = get(actor.workspaceId(), skillId, version);
        return row.state() == SkillState.REVOKED ? row : takeOut(row, SkillState.REVOKED, reason, actor.name());
    }

    private SkillVersionRow takeOut(SkillVersionRow row, SkillState state, String reason, String actor) {
        if (row.state() == state) {
            // Calls may still run that began before another version took its place.
            executions.stopSkill(row.workspaceId(), row.packageDigest());
            return row;
        }
        table.change(row, state, reason, actor);
        executions.stopSkill(row.workspaceId(), row.packageDigest());
        SkillVersionRow now = again(row);
        Long enabledBy = now.enabledBy();
        SkillPublication publication = null;
        if (enabledBy != null && table.isCurrent(now)) {
            publication = SkillStatements.publication(now, schemas(now), table.nextChange(now), enabledBy);
        }
        statements.state(now, actor, publication);
        return now;
    }

    /**
     * The texts of a version's schemas by their file. A package that is not accepted any more must be taken out of use all
     * the same, and what is out of use needs no schema.
     */
    private UnaryOperator<String> schemas(SkillVersionRow row) {
        try {
            return SkillPackage.read(archive(row.packageDigest()))::schemaText;
        } catch (SkillRefusedException | RuntimeException e) {
            log.warn("the package {} of {} is not accepted any more", row.packageDigest(), row.skill(), e);
            return _ -> ANY;
        }
    }

    /**
     * Revokes the key of a publisher, and every version that is signed by it. A key that nobody has decided about is
     * revoked in the same way, as long as some version is signed by it.
     *
     * @return the versions that were revoked
     * @throws SkillProblemException when the publisher has no key here
     */
    @Transactional
    public List<SkillVersionRow> revokePublisher(Principal actor, String publisher, String reason) {
        String workspace = actor.workspaceId();
        table.lock(workspace);
        Set<PublisherKey> keys = table.all(workspace).stream()
                .filter(row -> row.manifest().publisher().equals(publisher))
                .map(SkillVersionRow::signer)
                .collect(Collectors.toCollection(HashSet::new));
        table.publishers(workspace).stream()
                .filter(known -> known.name().equals(publisher))
                .map(Publisher::key)
                .forEach(keys::add);
        if (keys.isEmpty()) {
            throw notFound("publisher " + publisher);
        }
        List<SkillVersionRow> revoked = keys.stream()
                .flatMap(key -> revokeKey(actor, publisher, key, reason).stream())
                .toList();
        return revoked;
    }

    private List<SkillVersionRow> revokeKey(Principal actor, String publisher, PublisherKey key, String reason) {
        String workspace = actor.workspaceId();
        table.revoke(workspace, publisher, key, actor.name());
        statements.publisher(AuditEvent.PUBLISHER_REVOKED, workspace, publisher, key, actor.name(), reason);
        return table.signedBy(workspace, key).stream()
                .map(row ->
                        takeOut(row, SkillState.REVOKED, "the publisher's key was revoked: " + reason, actor.name()))
                .toList();
    }

    /** All versions of the workspace's skills, by skill and age. */
    public List<SkillVersionRow> all(String workspaceId) {
        return table.all(workspaceId);
    }

    /** The publishers' keys that people of the workspace have decided about. */
    public List<Publisher> publishers(String workspaceId) {
        return table.publishers(workspaceId);
    }

    /**
     * A version.
     *
     * @throws SkillProblemException when there is none
     */
    public SkillVersionRow get(String workspaceId, String skillId, String version) {
        return table.find(workspaceId, skillId, version)
                .orElseThrow(() -> notFound("skill " + skillId + " " + version));
    }

    /** What a version asks for beyond the enabled one, a line each; of the enabled one nothing. */
    public List<String> widens(SkillVersionRow row) {
        return widens(row.manifest(), table.enabled(row.workspaceId(), row.skill()));
    }

    /** The archive of a package, of whatever workspace; empty if there is none. */
    public Optional<byte[]> packageOf(Digest digest) {
        return table.archive(digest);
    }

    /**
     * The {@code signature.json} with which the workspace has installed the package; empty where it has not, or where it
     * was not kept and another one came with the archive: installing the package again adds it.
     */
    public Optional<byte[]> signatureOf(Digest digest, String workspaceId) {
        return table.signed(workspaceId, digest).flatMap(signed -> {
            byte[] own = signed.signature();
            if (own != null) {
                return Optional.of(own);
            }
            SkillPackage first = read(archive(digest));
            return first.signer().filter(signed.signer()::equals).flatMap(_ -> first.signatureFile());
        });
    }

    private byte[] archive(Digest digest) {
        return table.archive(digest)
                .orElseThrow(() -> new IllegalStateException("the package " + digest + " is missing"));
    }

    private SkillVersionRow again(SkillVersionRow row) {
        return get(row.workspaceId(), row.skill(), row.version());
    }

    private static Set<String> kinds(SkillManifest manifest) {
        return manifest.capabilities().kinds().stream()
                .map(CapabilityKind::wire)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static SkillProblemException notFound(String what) {
        return new SkillProblemException(Code.SKILL_NOT_FOUND, "There is no " + what + " in this workspace.");
    }
}
