package dev.sallyport.approval.webhook;

import dev.sallyport.approval.webhook.WebhookMessage.State;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Adds, lists, tries and removes a workspace's webhooks, and sends dead messages again. */
@Service
public class Webhooks {
    private static final int MOST_OF_A_WORKSPACE = 20;

    private static final int LONGEST_ADDRESS = 2000;

    /** Greater than every ULID, so that a page older than it begins with the newest message. */
    private static final String NEWEST = "ZZZZZZZZZZZZZZZZZZZZZZZZZZ";

    private final WebhookTable table;
    private final MessageTable messages;
    private final WebhookBodies bodies;
    private final WebhookAudit audit;
    private final WebhookSender sender;
    private final Destinations destinations;
    private final Ulids ulids;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final SecureRandom random = new SecureRandom();

    Webhooks(
            WebhookTable table,
            MessageTable messages,
            WebhookBodies bodies,
            WebhookAudit audit,
            WebhookSender sender,
            Destinations destinations,
            Ulids ulids,
            Clock clock,
            TransactionTemplate transaction) {
        this.table = table;
        this.messages = messages;
        this.bodies = bodies;
        this.audit = audit;
        this.sender = sender;
        this.destinations = destinations;
        this.ulids = ulids;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * A webhook that has just been added.
     *
     * @param secret what its messages are signed with; told this once
     */
    public record Added(Webhook webhook, String secret) {}

    /**
     * Adds a webhook.
     *
     * @param address where its messages go
     * @param by who adds it
     * @throws ProblemException 400 for an address that nothing is sent to; 409 if the workspace has too many
     */
    public Added add(String workspaceId, String address, WebhookFormat format, List<WebhookEvent> events, String by) {
        WebAddress read = readable(address);
        try {
            destinations.look(read);
        } catch (WebhookRefusedException e) {
            throw refused("WEBHOOK_ADDRESS_REFUSED", e.detail());
        }
        WebhookSecret secret = WebhookSecret.make(random);
        return transaction.execute(_ -> {
            if (table.countAlone(workspaceId) >= MOST_OF_A_WORKSPACE) {
                throw ProblemException.conflict(
                        "TOO_MANY_WEBHOOKS",
                        "A workspace has at most " + MOST_OF_A_WORKSPACE + " webhooks. Remove one that is not needed.");
            }
            Webhook webhook = table.insert(
                    workspaceId,
                    ulids.next(),
                    read,
                    format,
                    events.stream().distinct().sorted().toList(),
                    secret,
                    by);
            audit.added(webhook);
            return new Added(webhook, secret.text());
        });
    }

    private static WebAddress readable(String address) {
        try {
            WebAddress read = WebAddress.parse(address);
            if (read.toString().length() > LONGEST_ADDRESS) {
                throw new HostRefusedException("The address must have at most " + LONGEST_ADDRESS + " characters.");
            }
            return read;
        } catch (HostRefusedException e) {
            throw refused("INVALID_REQUEST", e.detail());
        }
    }

    private static ProblemException refused(String code, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, code, detail, "url", detail);
    }

    /** One page of a workspace's webhooks, the oldest first. */
    public Page<Webhook> list(String workspaceId, PageRequest page) {
        return Page.of(
                table.list(workspaceId, page.after() == null ? "" : page.after(), page.oneMore()), page, Webhook::id);
    }

    /**
     * Removes a webhook: nothing more is sent to it.
     *
     * @throws ProblemException 404 if the workspace has no such webhook
     */
    public void remove(String workspaceId, String id, String by) {
        transaction.executeWithoutResult(_ -> {
            Webhook webhook = find(workspaceId, id);
            if (!table.remove(workspaceId, id, by)) {
                throw unknown();
            }
            audit.removed(webhook, by);
        });
    }

    /**
     * Sends a message that tells of nothing, once and at once, and says what came of it.
     *
     * @throws ProblemException 404 if the workspace has no such webhook
     */
    public DeliveryResult test(String workspaceId, String id) {
        Webhook webhook = find(workspaceId, id);
        WebhookSecret secret = table.secret(workspaceId, id).orElseThrow(Webhooks::unknown);
        return sender.send(webhook.address(), secret, ulids.next(), bodies.test(webhook.format(), clock.instant()));
    }

    /**
     * One page of a webhook's messages, the newest first.
     *
     * @param state only those that stand there; null for all
     * @throws ProblemException 404 if the workspace has no such webhook
     */
    public Page<WebhookMessage> messages(String workspaceId, String id, @Nullable State state, PageRequest page) {
        find(workspaceId, id);
        return Page.of(
                messages.list(workspaceId, id, state, page.after() == null ? NEWEST : page.after(), page.oneMore()),
                page,
                WebhookMessage::id);
    }

    /**
     * Sends a dead message again, under the same id.
     *
     * @throws ProblemException 404 if the webhook has no such message; 409 if it is not dead
     */
    public WebhookMessage redeliver(String workspaceId, String id, String messageId) {
        find(workspaceId, id);
        return messages.again(workspaceId, id, messageId).orElseThrow(() -> {
            WebhookMessage known = messages.find(workspaceId, id, messageId)
                    .orElseThrow(() -> ProblemException.notFound(
                            "This webhook has no such message. `sallyport approvals webhooks messages` lists them."));
            return ProblemException.conflict(
                    "MESSAGE_NOT_DEAD",
                    "This message is " + known.state().wire() + ". Only a dead one is sent again by hand.");
        });
    }

    private Webhook find(String workspaceId, String id) {
        return table.find(workspaceId, id).orElseThrow(Webhooks::unknown);
    }

    private static ProblemException unknown() {
        return ProblemException.notFound(
                "No webhook of this workspace has this id. `sallyport approvals webhooks list` lists them.");
    }
}
