package dev.sallyport.e2e.stream;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * The human of a stream of proposals: reads what each question shows and answers it by the name of the file that would
 * be written, see {@link CallKind}. Leaves alone what it does not know.
 */
final class ApprovalBot implements AutoCloseable {
    private static final long PAUSE_MS = 250;
    /** The answer before was taken although it was not heard, or the call has ended meanwhile. */
    private static final Set<String> OVER = Set.of("ALREADY_RESOLVED", "EXPIRED");

    private final Api approvals;
    private final Set<String> done = new HashSet<>();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private ApprovalBot(Api approvals) {
        this.approvals = approvals;
        this.thread = Thread.ofVirtual().unstarted(this::answerAll);
    }

    /** Answers as the fleet's owner from now on. */
    static ApprovalBot start(Fleet fleet) {
        ApprovalBot bot = new ApprovalBot(fleet.owner("approval-service"));
        bot.thread.start();
        return bot;
    }

    /** The proposals whose question was answered and the answer confirmed. */
    Set<String> answered() {
        return Set.copyOf(answered);
    }

    /** Answers that no service may give to such a request. */
    Queue<String> complaints() {
        return complaints;
    }

    private void answerAll() {
        try {
            do {
                try {
                    pending().stream()
                            .sorted(Comparator.comparing(listed ->
                                    Instant.parse(listed.at("/expires_at").stringValue())))
                            .forEach(this::answer);
                } catch (UncheckedIOException _) {
                    // Looked at again.
                }
            } while (!closed.await(PAUSE_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that waits; what could be read of it when the service goes away meanwhile. */
    private List<JsonNode> pending() {
        List<JsonNode> all = new ArrayList<>();
        String after = "";
        while (true) {
            Answer page = approvals.get("/v1/approvals?state=pending&limit=200" + after);
            if (page.status() != 200) {
                if (page.status() < 500) {
                    complaints.add("pending approvals: " + page);
                }
                return all;
            }
            page.json().at("/items").forEach(all::add);
            if (!page.json().at("/next").isString()) {
                return all;
            }
            after = "&after=" + page.at("/next");
        }
    }

    private void answer(JsonNode listed) {
        String id = listed.at("/approval_id").asString("");
        if (done.contains(id)) {
            return;
        }
        Answer record = approvals.get("/v1/approvals/" + id);
        if (record.status() != 200) {
            return;
        }
        String file = record.at("/prompt/arguments/path");
        String verb = file.startsWith("trace-") ? "approve" : file.startsWith("unwanted-") ? "deny" : "";
        if (verb.isEmpty()) {
            done.add(id);
            return;
        }
        Answer answer = approvals.post(
                "/v1/approvals/" + id + ":" + verb,
                Api.JSON
                        .createObjectNode()
                        .put("prompt_digest", record.at("/prompt_digest"))
                        .put("scope", "once")
                        .put("reason", "soak")
                        .toString(),
                Map.of());
        if (answer.status() == 200) {
            answered.add(record.at("/proposal_id"));
            done.add(id);
        } else if (answer.status() == 409 && OVER.contains(answer.at("/code"))) {
            done.add(id);
        } else if (answer.status() < 500) {
            complaints.add(verb + " " + id + ": " + answer);
            done.add(id);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
