package dev.sallyport.bench.code;

import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.testkit.signing.FleetSigners;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records of denied calls as policy-service publishes them: the decision with its arguments as a detail, and the call's
 * end.
 */
final class DeniedCalls {
    private final String prefix;
    private long next;

    DeniedCalls(String topicPrefix) {
        this.prefix = topicPrefix;
    }

    /** This many records of new calls, two for each call, as Kafka would deliver them. */
    List<ConsumerRecord<byte[], byte[]>> records(int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (records.size() < count) {
            SampleCall call = FleetSigners.call(DeniedCalls::denied);
            call.records().forEach(sent -> records.add(record(sent, call.id())));
        }
        return records;
    }

    /** The leaves that these records become. */
    List<byte[]> envelopes(List<ConsumerRecord<byte[], byte[]>> records) throws StatementRefusedException {
        List<byte[]> envelopes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            envelopes.add(
                    StatementRecord.parse(record.value()).signed().envelope().encode());
        }
        return envelopes;
    }

    private static void denied(SampleTerms terms) {
        terms.tool = "process.run";
        terms.args =
                SampleTerms.detail("{\"executable\":\"curl\",\"args\":[\"https://example.com/" + terms.id + "\"]}");
        terms.decided(Outcome.DENY, "EXECUTABLE_NOT_ALLOWED");
    }

    private ConsumerRecord<byte[], byte[]> record(SampleCall.Sent sent, String key) {
        return new ConsumerRecord<>(
                prefix + sent.type().topic(),
                0,
                next++,
                key.getBytes(StandardCharsets.UTF_8),
                sent.record().encode());
    }
}
