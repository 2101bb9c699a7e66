package dev.sallyport.servicekit.app;

import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.Introspection;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.connector.ConcurrencyLimit;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.servicekit.outbox.AppliedSource;
import dev.sallyport.servicekit.outbox.InclusionSource;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.ResourceAccessException;

/** Stands for any service: endpoints of every kind, a handler, statements of its own. */
@SpringBootApplication
@org.springframework.context.annotation.Import(dev.sallyport.servicekit.outbox.OutboxProbe.class)
public class TinyService {
    /** What {@link Tokens} knows. */
    public static final String OPERATOR_TOKEN = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());

    public static final String AGENT_TOKEN = ApiTokens.mint(ApiTokens.AGENT, new SecureRandom());

    /** Nobody can say whose it is: the database is away whenever it is looked for. */
    public static final String UNANSWERED_TOKEN = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());

    public static final String SESSION = ApiTokens.mint(ApiTokens.SESSION, new SecureRandom());

    /** Tokens that no longer count. */
    public static final Set<String> REVOKED = ConcurrentHashMap.newKeySet();

    static final Principal OPERATOR = principal(Principal.Kind.PERSON, "person:ada", Permission.APPROVAL_RESOLVE);

    static Principal principal(Principal.Kind kind, String name, Permission permission) {
        return new Principal(
                kind,
                name,
                "01J00000000000000000000000",
                Set.of(),
                Set.of(permission),
                List.of(),
                List.of(),
                null,
                TokenTerms.NONE,
                null,
                null,
                false);
    }

    /** The ledger's knowledge, as the test sets it. */
    @Component
    public static class Ledger implements InclusionSource {
        public final Map<Digest, Boolean> includedAndEnded = new ConcurrentHashMap<>();
        private final Map<Digest, Integer> asked = new ConcurrentHashMap<>();

        /** How often it was asked about the statement. */
        public int timesAsked(Digest digest) {
            return asked.getOrDefault(digest, 0);
        }

        @Override
        public List<Inclusion> inclusion(List<Digest> digests) {
            digests.forEach(digest -> asked.merge(digest, 1, Integer::sum));
            return digests.stream()
                    .map(d ->
                            new Inclusion(d, includedAndEnded.containsKey(d), includedAndEnded.getOrDefault(d, false)))
                    .toList();
        }
    }

    /** What other services have applied, as the test sets it. */
    @Component
    public static class Peers implements AppliedSource {
        public final Set<Digest> applied = ConcurrentHashMap.newKeySet();
        public final Map<Digest, String> asked = new ConcurrentHashMap<>();
        public volatile boolean away;

        @Override
        public List<Digest> applied(String service, List<Digest> digests) {
            digests.forEach(digest -> asked.put(digest, service));
            if (away) {
                throw new ResourceAccessException(service + " is away");
            }
            return digests.stream().filter(applied::contains).toList();
        }
    }

    /** Introspection of its own, as policy-service and approval-service have it; others ask those. */
    @Bean
    @ConditionalOnProperty(name = "tiny.introspection", havingValue = "own", matchIfMissing = true)
    Tokens ownIntrospection() {
        return new Tokens();
    }

    static class Tokens implements TokenIntrospector, SessionIntrospector {
        @Override
        public Optional<Principal> byToken(String token) {
            if (token.equals(UNANSWERED_TOKEN)) {
                throw new CannotGetJdbcConnectionException("the pool has no connection");
            }
            if (REVOKED.contains(token)) {
                return Optional.empty();
            }
            if (token.equals(OPERATOR_TOKEN)) {
                return Optional.of(OPERATOR);
            }
            return token.equals(AGENT_TOKEN)
                    ? Optional.of(principal(Principal.Kind.AGENT, "agent:demo", Permission.PROPOSAL_SUBMIT))
                    : Optional.empty();
        }

        @Override
        public Optional<Principal> byCertificate(SpiffeId id) {
            return id.name().equals("owner") ? Optional.of(OPERATOR) : Optional.empty();
        }

        @Override
        public Optional<Principal> byName(String principal, String workspaceId) {
            return Optional.empty();
        }

        @Override
        public Optional<Principal> bySession(String token) {
            return token.equals(SESSION) ? Optional.of(OPERATOR) : Optional.empty();
        }
    }

    /** Applies configuration changes, as often as it is told to fail first. */
    @Component
    public static class Effects implements StatementHandler<Audit> {
        public final AtomicInteger failures = new AtomicInteger();
        public volatile String stuckSubject = "";
        public final AtomicInteger stuck = new AtomicInteger();
        private final JdbcClient jdbc;

        Effects(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        public Class<Audit> predicate() {
            return Audit.class;
        }

        @Override
        public Set<AuditEvent> events() {
            return EnumSet.complementOf(EnumSet.of(AuditEvent.TOKEN_ISSUED));
        }

        @Override
        public void handle(Audit audit, VerifiedRecord record) throws StatementRefusedException {
            jdbc.sql("insert into effect (digest, event) values (:digest, :event)")
                    .param("digest", record.digest().hex())
                    .param("event", audit.event().wire())
                    .update();
            if (audit.event() == AuditEvent.TOKEN_REVOKED) {
                throw new StatementRefusedException(
                        StatementRefusedException.Refusal.SCHEMA, "never valid in this service");
            }
            if (record.statement().subject().name().equals(stuckSubject)) {
                stuck.incrementAndGet();
                throw new IllegalStateException("a fault of this one record");
            }
            if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new TransientDataAccessResourceException("the database is away");
            }
        }
    }

    /** States things in a transaction. */
    @Component
    public static class Announcements {
        private final StatementOutbox outbox;

        Announcements(StatementOutbox outbox) {
            this.outbox = outbox;
        }

        @Transactional
        public Digest announce(String subject, AuditEvent event, boolean fail) {
            Audit audit = Audit.of(outbox.issuance(null), event, null, List.of(), Map.of("n", subject));
            Digest digest =
                    outbox.publish(Statement.of(Subject.named(subject), audit)).digest();
            if (fail) {
                throw new IllegalStateException("undone");
            }
            return digest;
        }
    }

    /** Plays vault-service towards another tiny service. */
    @RestController
    public static class DenylistEndpoint {
        public volatile byte[] signed = new byte[0];
        public final AtomicInteger asked = new AtomicInteger();

        @GetMapping("/internal/v1/denylist")
        @AnyCertificate
        byte[] denylist() {
            asked.incrementAndGet();
            return signed;
        }
    }

    /** Plays policy-service towards another tiny service: what it would evaluate and introspect. */
    @RestController
    public static class PolicyEndpoints {
        public final AtomicInteger asked = new AtomicInteger();
        private final Tokens tokens = new Tokens();

        record TokenQuestion(
                @Nullable String token, @Nullable String spiffeId) {}

        @PostMapping({"/internal/v1/introspect", "/internal/v1/sessions:introspect"})
        @FleetOnly
        Introspection introspect(@RequestBody TokenQuestion question) {
            asked.incrementAndGet();
            String token = question.token();
            Optional<Principal> found = token == null
                    ? tokens.byCertificate(SpiffeId.parse(String.valueOf(question.spiffeId())))
                    : tokens.byToken(token).or(() -> tokens.bySession(token));
            return found.map(Introspection::of).orElseGet(Introspection::inactive);
        }

        @PostMapping("/access/v1/evaluation")
        @FleetOnly
        Map<String, Object> evaluate(@RequestBody Map<String, Object> question) {
            return Map.of("decision", Map.of("name", "secret:use").equals(question.get("action")));
        }
    }

    /** A request that lasts as long as the test says. */
    @RestController
    public static class Held {
        public volatile CountDownLatch end = new CountDownLatch(0);
        public final AtomicInteger entered = new AtomicInteger();

        @GetMapping("/v1/held")
        @Requires(Permission.APPROVAL_RESOLVE)
        String held(HttpServletRequest request, boolean waiting) throws InterruptedException {
            if (waiting) {
                ConcurrencyLimit.leave(request);
            }
            entered.incrementAndGet();
            return end.await(60, TimeUnit.SECONDS) ? "ended" : "nobody ended it";
        }
    }

    record Input(@NotBlank String name, int count) {}

    @RestController
    static class Endpoints {
        private final JdbcClient jdbc;

        Endpoints(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/internal/v1/services")
        @FleetOnly({"policy-service", "vault-service"})
        String services(Caller.Workload caller) {
            return caller.id().name();
        }

        @GetMapping("/internal/v1/nodes")
        @NodeOnly
        String nodes(Caller caller) {
            return caller.actor();
        }

        @GetMapping("/internal/v1/anybody")
        @AnyCertificate
        String anybody(Caller caller) {
            return caller.actor();
        }

        @GetMapping("/v1/resolve")
        @Requires(Permission.APPROVAL_RESOLVE)
        Map<String, String> resolve(Principal principal) {
            return Map.of("principal", principal.name());
        }

        @PostMapping("/v1/resolve")
        @Requires(Permission.APPROVAL_RESOLVE)
        Map<String, String> resolve(Principal principal, @Valid @RequestBody Input input) {
            return Map.of("principal", principal.name(), "name", input.name());
        }

        @PostMapping("/v1/freeze")
        @Requires(Permission.FLEET_FREEZE)
        @OwnerDevice
        String freeze(Caller caller) {
            return caller.actor();
        }

        @GetMapping("/v1/stored")
        @Requires(Permission.APPROVAL_RESOLVE)
        String stored(@RequestParam String text) {
            return jdbc.sql("select cast(:text as text)")
                    .param("text", text)
                    .query(String.class)
                    .single();
        }

        @GetMapping("/v1/fails")
        @Requires(Permission.APPROVAL_RESOLVE)
        String fails() {
            throw new IllegalStateException("a secret detail");
        }

        @GetMapping("/console/page")
        @OpenEndpoint("sign-in page")
        String page(Caller caller) {
            return caller.actor();
        }

        @PostMapping("/console/change")
        @Requires(Permission.APPROVAL_RESOLVE)
        String change(Principal principal) {
            return principal.name();
        }

        @GetMapping("/v1/undeclared")
        String undeclared() {
            return "reached";
        }
    }
}
