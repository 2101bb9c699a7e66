package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Verifies what comes over Kafka and applies it once: effect and mark in one transaction. */
final class StatementInbox {
    /** How long applied statements are remembered: whoever sends a genuine one again must not be able to wait that out. */
    static final Duration REMEMBERED = Duration.ofDays(31);

    private static final Duration OLDEST = Duration.ofDays(30);

    private final StatementVerifier verifier;
    private final Map<StatementType, List<StatementHandler<?>>> handlers;
    private final Topics topics;
    private final TransactionTemplate transaction;
    private final JdbcClient jdbc;
    private final DeadLetters deadLetters;
    private final Traces traces;
    private final Clock clock;
    private final Counter applied;
    private final Counter repeated;

    StatementInbox(
            StatementVerifier verifier,
            List<StatementHandler<?>> handlers,
            Topics topics,
            TransactionTemplate transaction,
            JdbcClient jdbc,
            DeadLetters deadLetters,
            Traces traces,
            Clock clock,
            MeterRegistry metrics) {
        this.verifier = verifier;
        this.handlers = handlers.stream().collect(Collectors.groupingBy(StatementInbox::typeOf));
        this.topics = topics;
        this.transaction = transaction;
        this.jdbc = jdbc;
        this.deadLetters = deadLetters;
        this.traces = traces;
        this.clock = clock;
        this.applied = Counter.builder("sallyport.inbox.applied")
                .description("statements of other services that took effect here")
                .register(metrics);
        this.repeated = Counter.builder("sallyport.inbox.repeated")
                .description("statements that had taken effect before and were left alone")
                .register(metrics);
    }

    private static StatementType typeOf(StatementHandler<?> handler) {
        for (StatementType type : StatementType.values()) {
            if (type.predicate() == handler.predicate()) {
                return type;
            }
        }
        throw new IllegalArgumentException("no topic carries " + handler.predicate());
    }

    /** The topics to consume. */
    List<String> topics() {
        return handlers.keySet().stream().map(topics::of).sorted().toList();
    }

    /**
     * A verified record of interest.
     *
     * @param effects what to do about it, in the transaction that marks it as applied
     */
    record Prepared(
            ConsumerRecord<byte[], byte[]> received, VerifiedRecord record, List<StatementHandler.Effect> effects) {
        @Nullable
        String proposal() {
            return record.proposal().map(ProposalId::ulid).orElse(null);
        }
    }

    /**
     * Returns when the records are done with: those that can never be valid are put aside, all others take effect in one
     * transaction.
     *
     * @param all in the order received
     * @throws RuntimeException when nothing has taken effect and all must come again: whoever gave several gives them one
     *     by one, and finds the one that fails
     */
    void receive(List<ConsumerRecord<byte[], byte[]>> all) {
        List<Prepared> prepared = new ArrayList<>();
        List<DeadLetters.Letter> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> received : all) {
            try (Traces.Scope _ = traces.resume(traceparent(received), "receive " + received.topic())) {
                prepare(received).ifPresent(prepared::add);
            } catch (StatementRefusedException e) {
                letters.add(new DeadLetters.Letter(received, e));
            }
        }
        if (!prepared.isEmpty()) {
            applyTogether(prepared).ifPresent(letters::add);
        }
        if (!letters.isEmpty()) {
            deadLetters.putAll(letters);
        }
    }

    /**
     * Applies them in one transaction.
     *
     * @return the letter about the only one, when it was refused within the transaction
     */
    private Optional<DeadLetters.Letter> applyTogether(List<Prepared> prepared) {
        // Consumers of other topics hold rows of the same calls: all take them in the same order.
        List<Prepared> inOrder = prepared.stream()
                .sorted(Comparator.comparing(
                        Prepared::proposal, Comparator.nullsFirst(Comparator.<String>naturalOrder())))
                .toList();
        try {
            int count = Objects.requireNonNull(transaction.execute(_ -> {
                Set<Digest> unmarked = mark(inOrder);
                int marked = unmarked.size();
                for (Prepared one : inOrder) {
                    if (unmarked.remove(one.record().digest())) {
                        apply(one);
                    }
                }
                return marked;
            }));
            applied.increment(count);
            repeated.increment(inOrder.size() - count);
            return Optional.empty();
        } catch (RefusedInTransaction e) {
            if (prepared.size() > 1) {
                throw e;
            }
            return Optional.of(new DeadLetters.Letter(prepared.getFirst().received(), e.refusal));
        }
    }

    private void apply(Prepared one) {
        try (Traces.Scope _ = traces.resume(
                        traceparent(one.received()), "apply " + one.received().topic());
                Traces.Scope _ = Traces.proposal(one.proposal())) {
            one.effects().forEach(StatementInbox::apply);
        }
    }

    /** The record's statement with its effects; empty when it concerns nobody here. */
    Optional<Prepared> prepare(ConsumerRecord<byte[], byte[]> received) throws StatementRefusedException {
        StatementType type = topics.typeOf(received.topic()).orElseThrow();
        if (received.value() == null) {
            throw new StatementRefusedException(Refusal.MALFORMED, "The record is empty.");
        }
        StatementRecord unverified = StatementRecord.parse(received.value());
        if (type == StatementType.AUDIT && isOfNoInterest(unverified)) {
            return Optional.empty();
        }
        VerifiedRecord record = verifier.verify(type, unverified);
        List<StatementHandler<?>> concerned = handlers.getOrDefault(type, List.of()).stream()
                .filter(handler -> handles(handler, record))
                .toList();
        if (concerned.isEmpty()) {
            return Optional.empty();
        }
        if (record.statement()
                .predicate()
                .issued()
                .at()
                .isBefore(clock.instant().minus(OLDEST))) {
            throw new StatementRefusedException(
                    Refusal.TOO_OLD, "The statement is older than " + OLDEST.toDays() + " days.");
        }
        try (Traces.Scope _ =
                Traces.proposal(record.proposal().map(ProposalId::ulid).orElse(null))) {
            return Optional.of(new Prepared(
                    received,
                    record,
                    concerned.stream().map(handler -> prepare(handler, record)).toList()));
        }
    }

    /**
     * Whether it says of itself that nobody here asks for it. Believing that is safe: a forged record is left alone too,
     * and the ledger, which verifies all of them, tells of it.
     */
    private boolean isOfNoInterest(StatementRecord unverified) {
        return unverified
                .claimedAudit()
                .filter(claimed -> handlers.getOrDefault(StatementType.AUDIT, List.of()).stream()
                        .noneMatch(handler -> handler.mayConcern(claimed)))
                .isPresent();
    }

    /** Those that come for the first time. A second consumer of the same record waits here for the first one's end. */
    private Set<Digest> mark(List<Prepared> all) {
        return jdbc
                .sql("""
                        insert into kit_inbox (digest, topic) select * from unnest(:digests::bytea[], :topics::text[])
                        on conflict do nothing returning digest""")
                .param(
                        "digests",
                        all.stream().map(one -> one.record().digest().bytes()).toArray(byte[][]::new))
                .param("topics", all.stream().map(one -> one.received().topic()).toArray(String[]::new))
                .query((row, _) -> Digest.ofRaw(Objects.requireNonNull(row.getBytes("digest"))))
                .stream()
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static <P extends Predicate> boolean handles(StatementHandler<P> handler, VerifiedRecord record) {
        P predicate = record.predicate(handler.predicate());
        return (!(predicate instanceof Audit audit) || handler.events().contains(audit.event()))
                && handler.concerns(predicate);
    }

    private static <P extends Predicate> StatementHandler.Effect prepare(
            StatementHandler<P> handler, VerifiedRecord record) {
        return handler.prepare(record.predicate(handler.predicate()), record);
    }

    private static void apply(StatementHandler.Effect effect) {
        try {
            effect.apply();
        } catch (StatementRefusedException e) {
            throw new RefusedInTransaction(e);
        }
    }

    private static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> received) {
        Header header = received.headers().lastHeader(Traces.TRACEPARENT);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Undoes the transaction on the way out. */
    private static final class RefusedInTransaction extends RuntimeException {
        private final transient StatementRefusedException refusal;

        RefusedInTransaction(StatementRefusedException refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }
}
