package dev.sallyport.executor.node;

import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ExecutionDigest;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/** Makes a tool-executed/v1 of a result and signs it with the node's own certificate. */
final class ResultStatement {
    /** All outputs together, so that they fit beside the statement. */
    private static final int INLINE = StatementRecord.MAX_DETAIL_BYTES - 4 * Detail.SALT_BYTES - 1024;

    private final IdentityInForce identity;
    private final Clock clock;

    ResultStatement(IdentityInForce identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** The signed record, ready to be handed over. */
    StatementRecord of(ClaimedCall call, ToolResult result) {
        List<Detail> details = new ArrayList<>();
        List<ToolExecuted.Output> outputs = outputs(result, details);
        Statement permit = call.permit().record().statement();
        Issuance issued = new Issuance(
                identity.trust().fleetId(),
                permit.predicate().issued().workspaceId(),
                identity.spiffeId(),
                issuedAt(call),
                permit.predicate().issued().traceparent());
        List<Link> links = List.of(
                Link.to(StatementType.EXECUTION_PERMIT, call.permit().digest()),
                Link.to(StatementType.AUDIT, call.started().digest()));
        ToolExecuted executed = switch (result) {
            case ToolResult.NotRun notRun -> notRun(call, notRun, issued, links, outputs);
            case ToolResult.Ended ended -> ended(call, ended, issued, links, outputs);
        };
        SignedStatement signed = identity.signer().sign(Statement.of(permit.subject(), executed));
        List<SignedStatement> evidence = new ArrayList<>(call.startedRecord().evidence());
        evidence.addFirst(call.startedRecord().signed());
        return new StatementRecord(signed, evidence, details);
    }

    /** Not before the start that it answers, though this host's clock may say so: nobody would accept the result. */
    private Instant issuedAt(ClaimedCall call) {
        Instant now = millis(clock.instant());
        Instant started = call.started().statement().predicate().issued().at();
        return now.isBefore(started) ? started : now;
    }

    private ToolExecuted notRun(
            ClaimedCall call,
            ToolResult.NotRun result,
            Issuance issued,
            List<Link> links,
            List<ToolExecuted.Output> outputs) {
        return new ToolExecuted(
                issued,
                links,
                result.outcome(),
                result.code(),
                null,
                null,
                null,
                call.permit().permit().argsDigest(),
                null,
                null,
                outputs,
                null,
                null,
                millis(result.endedAt()),
                host());
    }

    private ToolExecuted ended(
            ClaimedCall call,
            ToolResult.Ended result,
            Issuance issued,
            List<Link> links,
            List<ToolExecuted.Output> outputs) {
        Digest argsDigest = call.permit().permit().argsDigest();
        Digest execution = ExecutionDigest.of(
                call.permit().record().statement().subject().digest(),
                call.permit().digest(),
                result.ran().digest(),
                argsDigest,
                result.outcome(),
                result.exit().status(),
                outputs);
        return new ToolExecuted(
                issued,
                links,
                result.outcome(),
                result.code(),
                result.exit().status(),
                result.exit().signal(),
                result.ran(),
                argsDigest,
                result.sandbox(),
                result.used(),
                outputs,
                execution,
                millis(result.startedAt()),
                millis(result.endedAt()),
                host());
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private static List<ToolExecuted.Output> outputs(ToolResult result, List<Detail> details) {
        List<ToolExecuted.Output> outputs = new ArrayList<>();
        for (ToolResult.Output output : fitting(result.outputs())) {
            Detail detail = Detail.of(output.kept());
            details.add(detail);
            String total = output.totalSha256();
            outputs.add(new ToolExecuted.Output(
                    output.name(),
                    detail.ref(),
                    output.totalBytes(),
                    total == null ? null : new Digest(total),
                    output.length() < output.totalBytes(),
                    output.missing() == 0 ? null : new ToolExecuted.Gap(output.head().length, output.missing())));
        }
        return outputs;
    }

    /**
     * The outputs in the room that there is for all of them: short ones whole, long ones in equal shares. What a skill's
     * host answered comes first: cut, it could not be read.
     */
    static List<ToolResult.Output> fitting(List<ToolResult.Output> outputs) {
        IdentityHashMap<ToolResult.Output, ToolResult.Output> fitting = new IdentityHashMap<>();
        int room = INLINE;
        int left = outputs.size();
        List<ToolResult.Output> shortestFirst = outputs.stream()
                .sorted(Comparator.comparing(ResultStatement::isOfHost)
                        .reversed()
                        .thenComparingInt(ToolResult.Output::length))
                .toList();
        for (ToolResult.Output output : shortestFirst) {
            ToolResult.Output fits = output.within(isOfHost(output) ? room : room / left);
            fitting.put(output, fits);
            room -= fits.length();
            left--;
        }
        return outputs.stream().map(fitting::get).map(Objects::requireNonNull).toList();
    }

    private static boolean isOfHost(ToolResult.Output output) {
        return output.name().equals("host");
    }

    private ToolExecuted.Host host() {
        return new ToolExecuted.Host(
                identity.spiffeId().name(),
                System.getProperty("os.name", ""),
                System.getProperty("os.version", ""),
                System.getProperty("os.arch", ""));
    }
}
