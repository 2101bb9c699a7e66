package dev.sallyport.bench.fleet;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.SignedNote;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Watches the ledger as anybody can (c2sp.org/tlog-tiles): asks for the checkpoint again and again, notes when each
 * size was first seen, and reads the entries afterwards, as the owner, when that disturbs nobody.
 */
final class LogFollower implements AutoCloseable {
    /** The pause between two looks at the checkpoint; it bounds the precision of what is seen. */
    private static final long LOOK_EVERY_MILLIS = 4;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpClient owner;
    private final String ledger;
    private final String entriesAt;
    private final TreeMap<Long, Long> firstSeen = new TreeMap<>();
    private final Thread watch;
    private final long from;
    private volatile boolean watching = true;
    private volatile @Nullable Exception failure;

    /** Follows from the present size on. */
    LogFollower(FleetProcess fleet) throws IOException, InterruptedException {
        WorkloadIdentity identity = IdentityDirectory.load(fleet.home().resolve("identities/owner"), Instant.now());
        owner = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContexts.of(identity))
                .build();
        ledger = fleet.url("attestation-service");
        entriesAt = fleet.internalUrl("attestation-service");
        from = size();
        watch = Thread.ofPlatform().daemon().name("log-follower").start(this::look);
    }

    /** When a checkpoint that covers the leaf of a call's decision, and of its end, was first seen. */
    record Seen(
            @Nullable Long decided,
            @Nullable Long ended,
            @Nullable String outcome) {}

    private void look() {
        try {
            while (watching) {
                long size = size();
                long now = System.nanoTime();
                synchronized (firstSeen) {
                    firstSeen.putIfAbsent(size, now);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    private long size() throws IOException, InterruptedException {
        return Checkpoint.parse(
                        SignedNote.parse(get(http, ledger + "/checkpoint")).unverifiedText())
                .size();
    }

    private static byte[] get(HttpClient client, String url) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofMinutes(1))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(url + " was answered " + answer.statusCode());
        }
        return answer.body();
    }

    /**
     * These calls with their leaves, by the proposal's id, once all of them have ended. Others' calls are not looked
     * at.
     *
     * @throws IllegalStateException when not all have ended within that time: something was lost
     */
    Map<String, Seen> calls(Set<String> ids, Duration within)
            throws IOException, InterruptedException, EnvelopeRefusedException {
        long deadline = System.nanoTime() + within.toNanos();
        Map<String, Seen> calls = new HashMap<>();
        long read = from;
        while (true) {
            Exception failed = failure;
            if (failed != null) {
                throw new IllegalStateException("the ledger could not be followed", failed);
            }
            long size;
            synchronized (firstSeen) {
                size = firstSeen.isEmpty() ? from : firstSeen.lastKey();
            }
            read(read, size, calls);
            read = size;
            calls.keySet().retainAll(ids);
            long complete =
                    calls.values().stream().filter(seen -> seen.ended() != null).count();
            if (complete == ids.size()) {
                return calls;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "only " + complete + " of " + ids.size() + " calls ended in the ledger");
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    private void read(long begin, long size, Map<String, Seen> calls)
            throws IOException, InterruptedException, EnvelopeRefusedException {
        for (long index = begin / LogPath.FULL; index * LogPath.FULL < size; index++) {
            BundleId bundle = BundleId.inTree(index, size);
            List<byte[]> entries = EntryBundle.decode(get(owner, entriesAt + "/" + bundle.path()), bundle.width());
            for (int i = 0; i < entries.size(); i++) {
                long leaf = index * LogPath.FULL + i;
                if (leaf >= begin) {
                    note(leaf, Envelope.decode(entries.get(i)).payload(), calls);
                }
            }
        }
    }

    private void note(long leaf, byte[] payload, Map<String, Seen> calls) {
        JsonNode statement = JSON.readTree(new String(payload, StandardCharsets.UTF_8));
        String subject = statement.at("/subject/0/name").asString("");
        if (!subject.startsWith("proposal:")) {
            return;
        }
        String id = subject.substring("proposal:".length());
        JsonNode predicate = statement.path("predicate");
        if (statement.path("predicateType").asString("").endsWith("/tool-proposed/v1")) {
            calls.merge(id, new Seen(covered(leaf), null, null), LogFollower::both);
        } else if (predicate.path("event").asString("").equals("call-ended")) {
            calls.merge(
                    id,
                    new Seen(null, covered(leaf), predicate.at("/ended/outcome").asString("")),
                    LogFollower::both);
        }
    }

    private static Seen both(Seen one, Seen other) {
        return new Seen(
                one.decided() == null ? other.decided() : one.decided(),
                one.ended() == null ? other.ended() : one.ended(),
                one.outcome() == null ? other.outcome() : one.outcome());
    }

    /** When the first checkpoint that covers the leaf was seen. */
    private long covered(long leaf) {
        synchronized (firstSeen) {
            Entry<Long, Long> first = firstSeen.higherEntry(leaf);
            if (first == null) {
                throw new IllegalStateException("no checkpoint covers leaf " + leaf);
            }
            return first.getValue();
        }
    }

    @Override
    public void close() throws InterruptedException {
        watching = false;
        watch.join();
        http.close();
        owner.close();
    }
}
