package dev.sallyport.policy.app;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.catalogue.RegisteredTools;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.policy.permit.NodeOffers;
import dev.sallyport.policy.permit.QuestionArrivals;
import dev.sallyport.policy.permit.SecretVersions;
import dev.sallyport.policy.permit.SecretsUnavailableException;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.outbox.InclusionSource;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** What this service asks of others, answered by hand. */
@Configuration(proxyBeanMethods = false)
public class Neighbours {
    /** Executor control's answers to stops, {@code UNKNOWN} being no answer, and what nodes it knows. */
    public static final class Control implements ExecutionStops, NodeOffers {
        private static final Map<String, Set<Tier>> ONE_NODE = Map.of("default", Set.of(Tier.C));

        private volatile Optional<Map<String, Set<Tier>>> offers = Optional.of(ONE_NODE);
        private volatile Optional<Set<String>> executables = Optional.empty();
        private volatile Set<String> interpreters = Set.of();
        private volatile boolean delivers = true;
        private volatile Answer answer = Answer.STOPPED;
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final Map<String, String> reasons = new ConcurrentHashMap<>();

        public void answers(Answer next) {
            answer = next;
        }

        /** What nodes offer from now on, null being no answer. */
        public void offers(@Nullable Map<String, Set<Tier>> pools) {
            offers = Optional.ofNullable(pools);
        }

        /** A node of the default pool offers tier C again, as at the start. */
        public void offersAgain() {
            offers(ONE_NODE);
        }

        /** The programs that nodes have from now on, null being no answer. */
        public void programs(@Nullable Set<String> programs) {
            executables = Optional.ofNullable(programs);
        }

        @Override
        public Optional<Set<String>> executables(String pool) {
            return executables;
        }

        /** The programs that are interpreters from now on, wherever a node has them. */
        public void interpreters(Set<String> programs) {
            interpreters = programs;
        }

        @Override
        public Set<String> interpreters(String pool) {
            return interpreters;
        }

        /** Whether nodes deliver secrets and reach hosts from now on, as they may one day. */
        public void delivers(boolean all) {
            delivers = all;
        }

        @Override
        public Set<String> deliveries(String pool, RuntimeKind kind) {
            return delivers ? Set.of("proxy", "pipe", "file", "env") : Set.of();
        }

        @Override
        public boolean reachHosts(String pool, RuntimeKind kind) {
            return delivers;
        }

        @Override
        public Optional<Map<String, Set<Tier>>> now() {
            return offers;
        }

        public List<String> asked() {
            return asked;
        }

        public Map<String, String> reasons() {
            return reasons;
        }

        @Override
        public Answer stop(String proposalId, String reason) {
            asked.add(proposalId);
            reasons.put(proposalId, reason);
            return answer;
        }
    }

    /** vault-service's answers about secrets: there are none, until a test says otherwise. */
    public static final class Vault implements SecretVersions {
        private volatile Function<Proposal, Optional<List<SecretGrant>>> answer = _ -> Optional.empty();
        private final Map<String, Integer> asked = new ConcurrentHashMap<>();

        /** Every secret is there. */
        public void grants() {
            answers(proposal -> Optional.of(proposal.secrets().stream()
                    .map(reference -> new SecretGrant(reference, 1, "pipe", List.of()))
                    .toList()));
        }

        /** There are no secrets, as at the start. */
        public void refuses() {
            answers(_ -> Optional.empty());
        }

        /** Sealed, or away. */
        public void cannotSay() {
            answers(_ -> {
                throw new SecretsUnavailableException(new IllegalStateException("the vault is sealed"));
            });
        }

        public void answers(Function<Proposal, Optional<List<SecretGrant>>> next) {
            answer = next;
        }

        /** How often it was asked about a call. */
        public int asked(String proposalId) {
            return asked.getOrDefault(proposalId, 0);
        }

        @Override
        public Optional<List<SecretGrant>> resolve(Proposal proposal, Set<String> deliveries) {
            asked.merge(proposal.proposalId(), 1, Integer::sum);
            return deliveries.isEmpty() ? Optional.empty() : answer.apply(proposal);
        }
    }

    /** What approval-service has of this service's questions: all, until a test says otherwise. */
    public static final class Questions implements QuestionArrivals {
        private volatile Function<List<Digest>, Optional<List<Digest>>> answer = Optional::of;

        /** Everything has arrived, as at the start. */
        public void allArrive() {
            answers(Optional::of);
        }

        public void answers(Function<List<Digest>, Optional<List<Digest>>> next) {
            answer = next;
        }

        @Override
        public Optional<List<Digest>> of(List<Digest> questions) {
            return answer.apply(questions);
        }
    }

    /** What was stated about other things than calls, by subject. */
    public static final class Stated implements StatementObserver {
        private final Map<String, VerifiedRecord> records = new ConcurrentHashMap<>();

        @Override
        public void stated(VerifiedRecord record) {
            if (record.proposal().isEmpty()) {
                records.put(record.statement().subject().name(), record);
            }
        }

        public VerifiedRecord about(String subject) {
            return Objects.requireNonNull(records.get(subject), subject);
        }
    }

    /** approval-service's sessions of people who have signed in at its console. */
    public static final class Sessions implements SessionIntrospector {
        private final LocalIntrospector people;
        private final Map<String, Member> signedIn = new ConcurrentHashMap<>();
        private final SecureRandom random = new SecureRandom();

        Sessions(LocalIntrospector people) {
            this.people = people;
        }

        /** The value of the cookie of somebody who has just signed in. */
        public String signIn(String workspaceId, String principal) {
            String token = ApiTokens.mint(ApiTokens.SESSION, random);
            signedIn.put(token, new Member(workspaceId, principal, List.of()));
            return token;
        }

        /** Signs out. */
        public void signOut(String token) {
            signedIn.remove(token);
        }

        @Override
        public Optional<Principal> bySession(String token) {
            return Optional.ofNullable(signedIn.get(token))
                    .flatMap(member -> people.byName(member.principal(), member.workspaceId()))
                    .map(person -> new Principal(
                            person.kind(),
                            person.name(),
                            person.workspaceId(),
                            person.roles(),
                            person.permissions(),
                            person.accountable(),
                            person.channels(),
                            "session of " + person.name(),
                            TokenTerms.NONE,
                            null,
                            null,
                            person.frozen()));
        }
    }

    /** Programs may use secrets here, as they may once nodes deliver them: what the vault says can be tested already. */
    @Bean
    @Primary
    ToolCatalogue programsWithSecrets(List<RegisteredTools> registered) {
        return new ToolCatalogue(registered, document -> {
            if (document.path("name").asString("").equals("process.run")) {
                document.put("secrets", true);
            }
        });
    }

    @Bean
    Sessions sessions(LocalIntrospector people) {
        return new Sessions(people);
    }

    @Bean
    Vault vault() {
        return new Vault();
    }

    @Bean
    Questions questions() {
        return new Questions();
    }

    @Bean
    Stated stated() {
        return new Stated();
    }

    @Bean
    Control control() {
        return new Control();
    }

    /** A ledger that has everything but no call's end, so that rows stay to be looked at. */
    @Bean
    InclusionSource inclusionSource() {
        return digests -> digests.stream()
                .map(digest -> new InclusionSource.Inclusion(digest, true, false))
                .toList();
    }
}
