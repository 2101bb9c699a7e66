package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.security.GeneralSecurityException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Verifies records from the bytes received, with nothing but the fleet's pinned trust: signature, certificate chain,
 * validity at the time of issue, revocation, role, fleet, schema, links, details. Whatever fails any check is refused.
 *
 * <p>Safe for use by several threads.
 */
public final class StatementVerifier {
    private static final int MAX_CACHED_CHAINS = 1024;
    /** A statement comes again as evidence of each that follows it; this many are not computed again. */
    private static final int MAX_REMEMBERED = 1024;
    /** How far the clocks of two machines may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Supplier<TrustRoots> trust;
    private final Revocations revocations;
    private volatile Known known;

    /** A verifier for one fleet whose roots do not change while it is used. */
    public StatementVerifier(TrustRoots trust, Revocations revocations) {
        this(() -> trust, revocations);
    }

    /** A verifier for one fleet. When the fleet changes its roots, every remembered result is forgotten. */
    public StatementVerifier(Supplier<TrustRoots> trust, Revocations revocations) {
        this.trust = trust;
        this.known = new Known(trust.get());
        this.revocations = revocations;
    }

    /** What is found under one set of roots. */
    private static final class Known {
        private final TrustRoots trust;
        private final Set<TrustAnchor> roots;
        private final Set<TrustAnchor> tlsRoots;
        private final Map<List<String>, SigningChain> chains = new ConcurrentHashMap<>();
        private final Map<List<String>, SigningChain> deviceChains = new ConcurrentHashMap<>();
        private final RecentStatements recent = new RecentStatements(MAX_REMEMBERED);

        Known(TrustRoots trust) {
            this.trust = trust;
            this.roots = anchors(trust.everSigning());
            this.tlsRoots = anchors(trust.everTls());
        }

        private static Set<TrustAnchor> anchors(List<X509Certificate> certificates) {
            return certificates.stream()
                    .map(certificate -> new TrustAnchor(certificate, null))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private Known known() {
        TrustRoots now = trust.get();
        Known found = known;
        if (!found.trust.equals(now)) {
            found = new Known(now);
            known = found;
        }
        return found;
    }

    /**
     * Verifies a record that came over a topic.
     *
     * @param expected the type that the topic carries
     * @throws StatementRefusedException with the check that failed; the record must have no effect
     */
    public VerifiedRecord verify(StatementType expected, byte[] bytes) throws StatementRefusedException {
        return verify(expected, StatementRecord.parse(bytes));
    }

    /** The same for a record that has been parsed. */
    public VerifiedRecord verify(StatementType expected, StatementRecord record) throws StatementRefusedException {
        VerifiedRecord verified = verify(record);
        if (verified.statement().type() != expected) {
            throw new StatementRefusedException(
                    Refusal.WRONG_TYPE,
                    "a " + verified.statement().type().shortName() + " statement came as " + expected.shortName());
        }
        return verified.withItsDetails();
    }

    /**
     * Verifies a parsed record of any type; {@link StatementRefusedException} with the check that failed. A statement of a
     * revoked certificate counts if the ledger has it below the revocation's index, see {@link Revocations}.
     *
     * @throws Revocations.LedgerUnavailableException when the ledger would have to be asked about one, and cannot be
     */
    public VerifiedRecord verify(StatementRecord record) throws StatementRefusedException {
        VerifiedStatement main = verify(record.signed());
        Map<Digest, VerifiedStatement> evidence = new HashMap<>();
        for (SignedStatement signed : record.evidence()) {
            VerifiedStatement verified = verify(signed);
            if (verified.digest().equals(main.digest()) || evidence.put(verified.digest(), verified) != null) {
                throw new StatementRefusedException(Refusal.BROKEN_LINK, "a statement occurs twice in the evidence");
            }
        }
        checkLinks(main, evidence);
        checkGrants(main, evidence);
        checkSignedAnswers(main, evidence);
        checkTime(main, evidence);
        return new VerifiedRecord(record, main, evidence);
    }

    /**
     * Verifies one signed statement by itself, without its links. What was found about exactly the same bytes under exactly
     * the same certificates is remembered for a while; whether the signer is revoked is asked each time.
     */
    public VerifiedStatement verify(SignedStatement signed) throws StatementRefusedException {
        Known underTheseRoots = known();
        VerifiedStatement remembered = underTheseRoots.recent.get(signed);
        if (remembered == null) {
            VerifiedStatement verified = verifyAnew(signed, underTheseRoots);
            underTheseRoots.recent.put(signed, verified);
            return verified;
        }
        requireNotRevoked(remembered.chain(), signed);
        return remembered;
    }

    private void requireNotRevoked(SigningChain chain, SignedStatement signed) throws StatementRefusedException {
        OptionalLong from = revocations.refusedFrom(chain);
        if (from.isPresent() && !revocations.isLeafBelow(from.getAsLong(), signed)) {
            throw new StatementRefusedException(
                    Refusal.REVOKED,
                    "the signer's certificate is revoked, and the ledger does not have the statement below index "
                            + from.getAsLong());
        }
    }

    private VerifiedStatement verifyAnew(SignedStatement signed, Known under) throws StatementRefusedException {
        SigningChain chain = chain(signed.certificates(), under.chains, under.roots);
        Envelope envelope = signed.envelope();
        if (!envelope.keyId().equals(Digest.of(chain.key().getEncoded()))) {
            throw new StatementRefusedException(Refusal.UNTRUSTED_SIGNER, "the certificate is for another key");
        }
        byte[] payload = envelope.payload();
        if (!Ed25519.verify(chain.key(), Envelope.preAuthenticationEncoding(payload), envelope.signature())) {
            throw new StatementRefusedException(Refusal.BAD_SIGNATURE, "the signature does not verify");
        }
        requireNotRevoked(chain, signed);
        Statement statement = Statement.parse(payload);
        var issued = statement.predicate().issued();
        if (!issued.fleetId().equals(under.trust.fleetId())) {
            throw new StatementRefusedException(Refusal.FOREIGN_FLEET, "the statement is of another fleet");
        }
        if (!issued.by().equals(chain.id()) || !chain.id().trustDomain().equals(under.trust.trustDomain())) {
            throw new StatementRefusedException(
                    Refusal.WRONG_ROLE, "the statement names another issuer than its signer");
        }
        if (!SignerRoles.maySign(chain.id(), statement)) {
            throw new StatementRefusedException(
                    Refusal.WRONG_ROLE,
                    chain.id() + " may not state " + statement.type().shortName());
        }
        if (!chain.validAt(issued.at())) {
            throw new StatementRefusedException(
                    Refusal.CERTIFICATE_NOT_VALID, "the certificate was not valid when the statement was issued");
        }
        // The signer itself says when it was issued: only a key that is still good may make what can still be claimed.
        if (statement.predicate() instanceof ExecutionPermit permit && !chain.validAt(permit.notAfter())) {
            throw new StatementRefusedException(
                    Refusal.CERTIFICATE_NOT_VALID,
                    "the permit holds for longer than the certificate that it was signed with");
        }
        SubjectRules.check(statement);
        return new VerifiedStatement(signed, statement, chain);
    }

    private static SigningChain chain(
            List<String> certificates, Map<List<String>, SigningChain> chains, Set<TrustAnchor> roots)
            throws StatementRefusedException {
        SigningChain known = chains.get(certificates);
        if (known != null) {
            return known;
        }
        try {
            SigningChain chain = SigningChain.validate(certificates, roots);
            if (chains.size() >= MAX_CACHED_CHAINS) {
                chains.clear();
            }
            chains.put(certificates, chain);
            return chain;
        } catch (GeneralSecurityException | RuntimeException e) {
            // The JDK's parser throws at hostile bytes what it does not declare, such as an index of -1 for a key of no
            // bytes.
            throw new StatementRefusedException(
                    Refusal.UNTRUSTED_SIGNER, "the certificates do not chain to a pinned CA");
        }
    }

    /**
     * An answer or a result is not older than what it answers. A certificate must have been valid when the statement was
     * issued, and the signer says when that was: without this, the key of a certificate that has long expired, and is on
     * no denylist any more, could still answer today's questions.
     */
    private static void checkTime(VerifiedStatement main, Map<Digest, VerifiedStatement> evidence)
            throws StatementRefusedException {
        Predicate predicate = main.statement().predicate();
        if (!(predicate instanceof ApprovalResolved) && !(predicate instanceof ToolExecuted)) {
            return;
        }
        for (Link link : predicate.links()) {
            VerifiedStatement target = evidence.get(link.digest());
            if (target != null
                    && predicate
                            .issued()
                            .at()
                            .plus(SKEW)
                            .isBefore(target.statement().predicate().issued().at())) {
                throw new StatementRefusedException(
                        Refusal.BROKEN_LINK, "the statement is older than what it refers to");
            }
        }
    }

    /** Every link resolves in the evidence, to the type it names, about the same subject; and nothing lies there unreferred. */
    private static void checkLinks(VerifiedStatement main, Map<Digest, VerifiedStatement> evidence)
            throws StatementRefusedException {
        if (evidence.isEmpty() && abandons(main)) {
            return;
        }
        Set<Digest> reached = new HashSet<>();
        Deque<VerifiedStatement> open = new ArrayDeque<>(List.of(main));
        while (!open.isEmpty()) {
            VerifiedStatement statement = open.removeFirst();
            for (Link link : statement.statement().predicate().links()) {
                VerifiedStatement target = evidence.get(link.digest());
                if (target == null || !link.isTo(target.statement().type())) {
                    throw new StatementRefusedException(
                            Refusal.BROKEN_LINK, "a " + link.type() + " statement referred to is missing");
                }
                if (!target.statement().subject().equals(statement.statement().subject())
                        && !mayBeAboutSomethingElse(statement.statement().predicate(), link)) {
                    throw new StatementRefusedException(
                            Refusal.BROKEN_LINK, "a statement referred to is about something else");
                }
                if (reached.add(target.digest())) {
                    open.add(target);
                }
            }
        }
        if (reached.size() != evidence.size()) {
            throw new StatementRefusedException(Refusal.BROKEN_LINK, "the evidence holds a statement nobody refers to");
        }
    }

    /**
     * Whether this link may lead to a statement about something else: from an answer by a grant to the people's answer, which
     * was about another call, and from an answer to the key that it was signed with.
     */
    public static boolean mayBeAboutSomethingElse(Predicate from, Link link) {
        return AnswerByGrant.isToGiver(from, link) || SignedAnswers.isToKey(from, link);
    }

    private void checkSignedAnswers(VerifiedStatement main, Map<Digest, VerifiedStatement> evidence)
            throws StatementRefusedException {
        for (VerifiedStatement statement :
                Stream.concat(Stream.of(main), evidence.values().stream()).toList()) {
            checkSignedAnswers(
                    statement,
                    digest -> Optional.ofNullable(evidence.get(digest)).map(VerifiedStatement::statement));
        }
    }

    /**
     * Verifies what people signed themselves in a verified statement; other statements pass.
     *
     * @param statements what it rests on, verified, by digest
     * @throws StatementRefusedException when a signature does not verify, or its key is not the person's
     */
    public void checkSignedAnswers(VerifiedStatement verified, Function<Digest, Optional<Statement>> statements)
            throws StatementRefusedException {
        if (verified.statement().predicate() instanceof ApprovalResolved resolved) {
            new SignedAnswers(
                            verified.statement(),
                            resolved,
                            statements,
                            certificates -> device(certificates, verified.signed()))
                    .verify();
        }
    }

    /** The device whose certificate is beside a verified signature; empty for a passkey. */
    public static Optional<SpiffeId> deviceOf(AnswerSignature signature) {
        try {
            return signature.certificates() == null
                    ? Optional.empty()
                    : SigningChain.leafId(signature.certificates().getFirst());
        } catch (GeneralSecurityException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** What a device that was revoked since has signed counts if the ledger has the answer below the revocation's index. */
    private SigningChain device(List<String> certificates, SignedStatement answer) throws StatementRefusedException {
        SigningChain chain = deviceChain(certificates);
        requireNotRevoked(chain, answer);
        return chain;
    }

    /**
     * The chain of a device's certificates up to a pinned TLS root, whether revoked or not.
     *
     * @param certificates the device's and those above it, base64 of DER
     * @throws StatementRefusedException when they do not chain to it
     */
    public SigningChain deviceChain(List<String> certificates) throws StatementRefusedException {
        Known underTheseRoots = known();
        return chain(certificates, underTheseRoots.deviceChains, underTheseRoots.tlsRoots);
    }

    /** An answer by a grant reaches no further than the person's who gave it. */
    private static void checkGrants(VerifiedStatement main, Map<Digest, VerifiedStatement> evidence)
            throws StatementRefusedException {
        for (VerifiedStatement statement :
                Stream.concat(Stream.of(main), evidence.values().stream()).toList()) {
            if (statement.statement().predicate() instanceof ApprovalResolved resolved && resolved.reuse() != null) {
                Optional<String> contradiction = AnswerByGrant.of(
                                resolved,
                                digest -> Optional.ofNullable(evidence.get(digest))
                                        .map(VerifiedStatement::statement))
                        .contradiction();
                if (contradiction.isPresent()) {
                    throw new StatementRefusedException(
                            Refusal.BROKEN_LINK, "the grant does not answer this question: " + contradiction.get());
                }
            }
        }
    }

    /**
     * Whether it gives up a call that rests on statements nobody believes any more. It names the statement it ends the call
     * for by digest alone: with that evidence, nobody would accept it.
     */
    private static boolean abandons(VerifiedStatement main) {
        return main.statement().predicate() instanceof Audit audit
                && audit.ended() != null
                && audit.ended().outcome() == CallOutcome.ABANDONED;
    }
}
