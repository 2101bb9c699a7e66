package dev.sallyport.e2e.forgery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.e2e.forgery.FalseStatements.Name;
import dev.sallyport.identity.Credential;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.testkit.Forger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every way to forge a record that we know of; each is tried on every topic that it fits.
 *
 * @param name what is forged
 * @param topics where it is a forgery
 * @param record its bytes; null for a tombstone
 */
record Forgery(String name, Set<StatementType> topics, Function<ForgeryMaterial, byte @Nullable []> record) {
    static String issuerOf(StatementType type) {
        return switch (type) {
            case TOOL_PROPOSED, APPROVAL_REQUESTED, EXECUTION_PERMIT, AUDIT -> "policy-service";
            case APPROVAL_RESOLVED -> "approval-service";
            case TOOL_EXECUTED -> "node-default-node-1";
        };
    }

    private static final Set<StatementType> ALL = EnumSet.allOf(StatementType.class);
    private static final Set<StatementType> RESTING = EnumSet.complementOf(EnumSet.of(StatementType.TOOL_PROPOSED));
    private static final Set<StatementType> DETAILED =
            EnumSet.of(StatementType.TOOL_PROPOSED, StatementType.APPROVAL_REQUESTED, StatementType.EXECUTION_PERMIT);
    private static final List<String> WORKLOADS = List.of(
            "policy-service",
            "approval-service",
            "executor-service",
            "attestation-service",
            "vault-service",
            "node-default-node-1");

    /** The table. */
    static List<Forgery> all() {
        List<Forgery> all = new ArrayList<>();
        for (String thief : WORKLOADS) {
            Set<StatementType> wrong = EnumSet.copyOf(Arrays.stream(StatementType.values())
                    .filter(type -> !issuerOf(type).equals(thief))
                    .toList());
            all.add(on(
                    wrong,
                    thief + " in its own name",
                    s -> s.lie(s.now(s.keys().id(thief)), s.keys().stolen(thief))));
            all.add(on(
                    wrong, thief + " in the issuer's name", s -> s.lie(s.keys().stolen(thief))));
        }
        all.add(of("unsigned", s -> s.lieWith(new byte[64], s.genuine().signed().certificates())));
        all.add(of(
                "signature of something else",
                s -> s.lieWith(
                        s.genuine().signed().envelope().signature(),
                        s.genuine().signed().certificates())));
        all.add(of(
                "no certificate that fits the key",
                s -> s.lieWith(
                        s.other().signed().envelope().signature(),
                        s.other().signed().certificates())));
        all.add(of("expired key", s -> s.lie(Forger.with(s.expired()))));
        // Dated back into its life. A proposal alone permits nothing, so it is the one thing that may be said late.
        all.add(on(
                EnumSet.of(StatementType.APPROVAL_RESOLVED, StatementType.EXECUTION_PERMIT),
                "expired key, dated back",
                s -> s.lie(
                        new Name(s.keys().id(s.issuer()), s.keys().fleetId(), lastMoment(s.expired())),
                        Forger.with(s.expired()))));
        all.add(of("revoked key", s -> s.lie(Forger.with(s.revoked()))));
        all.add(of("foreign CA", s -> s.lie(s.keys().foreign(s.issuer()))));
        all.add(of(
                "foreign CA in its own name",
                s -> s.lie(s.now(s.keys().foreignId(s.issuer())), s.keys().foreign(s.issuer()))));
        all.add(of(
                "foreign fleet altogether",
                s -> s.lie(
                        Name.now(s.keys().foreignId(s.issuer()), s.keys().foreignFleetId()),
                        s.keys().foreign(s.issuer()))));
        all.add(of(
                "of another fleet_id",
                s -> s.lie(
                        Name.now(s.keys().id(s.issuer()), s.keys().foreignFleetId()),
                        s.keys().stolen(s.issuer()))));

        all.add(of("payload altered", s -> bytes(flipped(s.text(), "\"payload\":\"", 100))));
        all.add(of("signature altered", s -> bytes(flipped(s.text(), "\"sig\":\"", 20))));
        all.add(of("key id altered", s -> bytes(flipped(s.text(), "\"keyid\":\"", 5))));
        all.add(of("certificate altered", s -> bytes(flipped(s.text(), "\"certificates\":[\"", 90))));
        all.add(of(
                "certificate missing",
                s -> bytes(s.text().replaceFirst("\"certificates\":\\[[^]]*]", "\"certificates\":[]"))));
        all.add(of("record re-spaced", s -> bytes(s.text().replaceFirst(",\"evidence\"", ", \"evidence\""))));
        all.add(of("envelope re-spaced", s -> bytes(s.text().replaceFirst("\\{\"payload\":", "{ \"payload\":"))));
        all.add(of("line end behind", s -> bytes(s.text() + "\n")));
        all.add(of("byte order mark before", s -> bytes("\ufeff" + s.text())));
        all.add(of("two records in one", s -> bytes(s.text() + s.text())));
        all.add(of("an array of records", s -> bytes("[" + s.text() + "]")));
        all.add(of("envelope doubled", s -> bytes(s.text().replaceFirst("^\\{(\"envelope\":\\{.*?]}),", "{$1,$1,"))));
        all.add(of("payload doubled", s -> bytes(s.text().replaceFirst("\\{(\"payload\":\"[^\"]*\"),", "{$1,$1,"))));
        all.add(of(
                "signature doubled",
                s -> bytes(s.text().replaceFirst("\"signatures\":\\[(\\{[^}]*})]", "\"signatures\":[$1,$1]"))));
        all.add(of(
                "no signature",
                s -> bytes(s.text().replaceFirst("\"signatures\":\\[(\\{[^}]*})]", "\"signatures\":[]"))));
        all.add(of(
                "another payload type",
                s -> bytes(s.text().replaceFirst("application/vnd.in-toto\\+json", "application/vnd.in-toto+JSON"))));
        all.add(of(
                "another order",
                s -> bytes(s.text().replaceFirst("(\"payload\":\"[^\"]*\"),(\"payloadType\":\"[^\"]*\")", "$2,$1"))));
        all.add(of("base64 for URLs", s -> bytes(s.text().replace('+', '-').replace('/', '_'))));
        all.add(of("unknown field", s -> bytes(s.text().replaceFirst("^\\{", "{\"sudo\":true,"))));
        all.add(of("escaped field name", s -> bytes(s.text().replaceFirst("\"envelope\"", "\"\\\\u0065nvelope\""))));
        all.add(of(
                "a detail never named",
                s -> encode(s.genuine(), s.genuine().evidence(), plus(s.details(), Detail.of(new byte[] {1})))));
        all.add(on(
                DETAILED,
                "details taken away",
                s -> encode(s.genuine(), s.genuine().evidence(), List.of())));
        all.add(on(
                DETAILED,
                "details of other content",
                s -> encode(s.genuine(), s.genuine().evidence(), List.of(Detail.of("rm -rf /".getBytes(UTF_8))))));
        all.add(on(
                DETAILED,
                "other content under the detail's digest",
                s -> bytes(s.text()
                        .replaceFirst(
                                "(\"details\":\\{\"[0-9a-f]{64}\":\")[^\"]*",
                                "$1" + Base64.getEncoder().encodeToString(new byte[64])))));
        all.add(on(RESTING, "evidence taken away", s -> encode(s.genuine(), List.of(), s.details())));
        all.add(on(
                RESTING,
                "evidence doubled",
                s -> encode(
                        s.genuine(),
                        plus(s.genuine().evidence(), s.genuine().evidence().getFirst()),
                        s.details())));
        all.add(of(
                "evidence nobody refers to",
                s -> encode(s.genuine(), plus(s.genuine().evidence(), s.lies().aboutAnotherCall()), s.details())));
        all.add(of("a genuine record of another topic", s -> s.other().encode()));

        all.add(of(
                "truncated",
                s -> Arrays.copyOf(s.genuine().encode(), s.genuine().encode().length / 2)));
        all.add(of(
                "last byte missing",
                s -> Arrays.copyOf(s.genuine().encode(), s.genuine().encode().length - 1)));
        all.add(of("oversized", s -> bytes(s.text() + " ".repeat(StatementRecord.MAX_BYTES))));
        all.add(of("the largest that Kafka takes", s -> new byte[1024 * 1024 + 128 * 1024 - 200]));
        all.add(of("nested deep", s -> bytes("[".repeat(100_000))));
        all.add(of("nested deep and closed", s -> bytes("{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000))));
        all.add(of("a long number", s -> bytes("1".repeat(200_000))));
        all.add(of("not UTF-8", s -> new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));
        all.add(of("an empty object", s -> bytes("{}")));
        all.add(of("null", s -> bytes("null")));
        all.add(of("text", s -> bytes("approve everything")));
        all.add(of("empty", s -> new byte[0]));
        all.add(of("a tombstone", s -> null));
        return List.copyOf(all);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** One character of base64 behind that mark is another one. */
    private static String flipped(String text, String mark, int behind) {
        int at = text.indexOf(mark) + mark.length() + behind;
        return text.substring(0, at) + (text.charAt(at) == 'b' ? 'c' : 'b') + text.substring(at + 1);
    }

    private static byte[] encode(StatementRecord genuine, List<SignedStatement> evidence, List<Detail> details) {
        return new StatementRecord(genuine.signed(), evidence, details).encode();
    }

    private static <T> List<T> plus(List<T> list, T more) {
        List<T> all = new ArrayList<>(list);
        all.add(more);
        return all;
    }

    private static Instant lastMoment(Credential credential) {
        return credential.leaf().getNotAfter().toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Forgery of(String name, Function<ForgeryMaterial, byte @Nullable []> record) {
        return new Forgery(name, ALL, record);
    }

    private static Forgery on(
            Set<StatementType> topics, String name, Function<ForgeryMaterial, byte @Nullable []> record) {
        return new Forgery(name, topics, record);
    }
}
