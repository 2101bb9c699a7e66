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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a tool-executed/v1 of a result and signs it with the node's own certificate. */
final class Testimony {

    /** All outputs together, so that they fit beside the statement. */
    private static final int INLINE = StatementRecord.MAX_DETAIL_BYTES - 4 * Detail.SALT_BYTES - 1024;

    private final IdentityInForce identity;
    private final Clock clock;

    Testimony(IdentityInForce identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** The signed record, ready to be handed over. */
    StatementRecord of(ClaimedCall call, ToolResult result) {
        List<Detail> details = new ArrayList<>();
        List<ToolExecuted.Output> outputs = outputs(result, details);
        Statement permit = call.permit().record().statement();
        ToolExecuted.Ran ran = result.ran();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant started = result.startedAt();
        ToolExecuted executed = new ToolExecuted(
                new Issuance(
                        identity.trust().fleetId(),
                        permit.predicate().issued().workspaceId(),
                        identity.spiffeId(),
                        now,
                        permit.predicate().issued().traceparent()),
                List.of(
                        Link.to(StatementType.EXECUTION_PERMIT, call.permit().digest()),
                        Link.to(StatementType.AUDIT, call.started().digest())),
                result.outcome(),
                result.code(),
                result.exitCode(),
                result.signal(),
                ran,
                call.permit().permit().argsDigest(),
                result.sandbox(),
                result.resources(),
                outputs,
                digest(call, result, ran, outputs),
                started == null ? null : started.truncatedTo(ChronoUnit.MILLIS),
                result.endedAt().truncatedTo(ChronoUnit.MILLIS),
                host());
        SignedStatement signed = identity.signer().sign(Statement.of(permit.subject(), executed));
        List<SignedStatement> evidence = new ArrayList<>(call.startedRecord().evidence());
        evidence.addFirst(call.startedRecord().signed());
        return new StatementRecord(signed, evidence, details);
    }

    private static @Nullable Digest digest(
            ClaimedCall call, ToolResult result, ToolExecuted.@Nullable Ran ran, List<ToolExecuted.Output> outputs) {
        if (ran == null) {
            return null;
        }
        return ExecutionDigest.of(
                call.permit().record().statement().subject().digest(),
                call.permit().digest(),
                ran.digest(),
                call.permit().permit().argsDigest(),
                result.outcome(),
                result.exitCode(),
                outputs);
    }

    private static List<ToolExecuted.Output> outputs(ToolResult result, List<Detail> details) {
        List<ToolExecuted.Output> outputs = new ArrayList<>();
        int room = INLINE;
        for (ToolResult.Output output : result.outputs()) {
            byte[] kept = output.kept().length <= room ? output.kept() : Arrays.copyOf(output.kept(), room);
            room -= kept.length;
            String total = output.totalSha256();
            boolean truncated = kept.length < output.totalBytes();
            Digest all = total != null
                    ? new Digest(total)
                    : kept.length < output.kept().length ? Digest.of(output.kept()) : null;
            Detail detail = Detail.of(kept);
            details.add(detail);
            outputs.add(new ToolExecuted.Output(output.name(), detail.ref(), output.totalBytes(), all, truncated));
        }
        return outputs;
    }

    private ToolExecuted.Host host() {
        return new ToolExecuted.Host(
                identity.spiffeId().name(),
                System.getProperty("os.name", ""),
                System.getProperty("os.version", ""),
                System.getProperty("os.arch", ""));
    }
}
