package dev.sallyport.approval.webhook.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.approval.webhook.DeliveryCode;
import dev.sallyport.approval.webhook.DeliveryResult;
import dev.sallyport.approval.webhook.Webhook;
import dev.sallyport.approval.webhook.WebhookEvent;
import dev.sallyport.approval.webhook.WebhookFormat;
import dev.sallyport.approval.webhook.WebhookMessage;
import dev.sallyport.approval.webhook.Webhooks;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.WireName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The webhooks of the caller's workspace: where its news about approvals are sent to. */
@RestController
@RequestMapping("/v1/webhooks")
@Requires(Permission.CONFIG_MANAGE)
class WebhooksController {
    private final Webhooks webhooks;

    WebhooksController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    /**
     * A webhook to add.
     *
     * @param url where its messages go, an address with https
     * @param format how its messages are written: {@code standard} (the default) or {@code slack}
     * @param events what it is told of: some of {@code approval.pending}, {@code approval.escalated} and {@code
     *     approval.resolved}; left out, all of them
     */
    record NewWebhook(
            @NotNull @Size(max = 2000) String url,
            @Nullable @Size(max = 20) String format,
            @Nullable @Size(min = 1, max = 10) List<@NotNull @Size(max = 50) String> events) {}

    /**
     * A webhook.
     *
     * @param host where its messages go; the path is not told, since it may be a secret of the receiver's
     */
    record WebhookResource(
            String webhookId,
            String host,
            WebhookFormat format,
            List<WebhookEvent> events,
            Instant createdAt,
            String createdBy) {
        static WebhookResource of(Webhook webhook) {
            return new WebhookResource(
                    webhook.id(),
                    webhook.address().authority(),
                    webhook.format(),
                    webhook.events(),
                    webhook.createdAt(),
                    webhook.createdBy());
        }
    }

    /**
     * A webhook that was added.
     *
     * @param secret what its messages are signed with; told in this answer alone
     */
    record AddedWebhook(WebhookResource webhook, String secret) {}

    /**
     * What came of an attempt.
     *
     * @param delivered whether the receiver has taken the message
     * @param code {@code DELIVERED}, or why not
     * @param status the HTTP status of the receiver's answer; left out without one
     */
    record Attempt(
            boolean delivered,
            DeliveryCode code,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer status) {
        static Attempt of(DeliveryResult result) {
            return new Attempt(result.delivered(), result.code(), result.status());
        }
    }

    /**
     * A message.
     *
     * @param messageId what the receiver is told as {@code webhook-id}, the same in each attempt
     * @param attempts how often it was sent
     * @param code what came of the last attempt; left out before the first
     * @param status the HTTP status of the last answer; left out without one
     * @param dueAt when it is sent next; left out once it is over
     */
    record MessageResource(
            String messageId,
            String approvalId,
            WebhookEvent event,
            WebhookMessage.State state,
            int attempts,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            DeliveryCode code,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer status,

            Instant createdAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant dueAt) {
        static MessageResource of(WebhookMessage message) {
            return new MessageResource(
                    message.id(),
                    message.approvalId(),
                    message.event(),
                    message.state(),
                    message.attempts(),
                    message.code(),
                    message.status(),
                    message.createdAt(),
                    message.state() == WebhookMessage.State.WAITING ? message.dueAt() : null);
        }
    }

    /**
     * Adds a webhook; this answer alone has the secret that its messages are signed with.
     *
     * <p>It is told when people are asked ({@code approval.pending}), when another group is asked too because nobody has
     * answered for a while ({@code approval.escalated}), and when they need not answer any more ({@code approval.resolved});
     * of no arguments of the call. Each message is signed as Standard Webhooks says.
     */
    @PostMapping
    ResponseEntity<AddedWebhook> add(Caller caller, @Valid @RequestBody NewWebhook request) {
        Webhooks.Added added = webhooks.add(
                caller.principalOrRefuse().workspaceId(),
                request.url(),
                format(request.format()),
                events(request.events()),
                caller.principalOrRefuse().name());
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(new AddedWebhook(WebhookResource.of(added.webhook()), added.secret()));
    }

    /** Lists webhooks, the oldest first. */
    @GetMapping
    Page<WebhookResource> list(Caller caller, PageRequest page) {
        return webhooks.list(caller.principalOrRefuse().workspaceId(), page).map(WebhookResource::of);
    }

    /**
     * Removes a webhook: nothing more is sent to it.
     *
     * @param id the webhook's id
     */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable String id) {
        webhooks.remove(
                caller.principalOrRefuse().workspaceId(),
                id,
                caller.principalOrRefuse().name());
    }

    /**
     * Sends a webhook a message that tells of nothing, once and at once, and says what came of it.
     *
     * @param id the webhook's id
     */
    @PostMapping("/{id}:test")
    Attempt test(Caller caller, @PathVariable String id) {
        return Attempt.of(webhooks.test(caller.principalOrRefuse().workspaceId(), id));
    }

    /**
     * Lists a webhook's messages, the newest first; what is over is listed for seven days.
     *
     * @param id the webhook's id
     * @param state {@code waiting}, {@code delivered} or {@code dead}; left out, all
     */
    @GetMapping("/{id}/messages")
    Page<MessageResource> messages(
            Caller caller,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String state,
            PageRequest page) {
        return webhooks.messages(caller.principalOrRefuse().workspaceId(), id, state(state), page)
                .map(MessageResource::of);
    }

    /**
     * Sends a dead message again, under the same id.
     *
     * @param id the webhook's id
     * @param messageId the message's id
     */
    @PostMapping("/{id}/messages/{message_id}:redeliver")
    MessageResource redeliver(Caller caller, @PathVariable String id, @PathVariable("message_id") String messageId) {
        return MessageResource.of(webhooks.redeliver(caller.principalOrRefuse().workspaceId(), id, messageId));
    }

    private static WebhookFormat format(@Nullable String name) {
        return name == null
                ? WebhookFormat.STANDARD
                : WireName.find(WebhookFormat.class, name)
                        .orElseThrow(() -> invalid("format", "`format` must be `standard` or `slack`."));
    }

    private static List<WebhookEvent> events(@Nullable List<String> names) {
        return names == null
                ? List.of(WebhookEvent.PENDING, WebhookEvent.ESCALATED, WebhookEvent.RESOLVED)
                : names.stream().map(WebhooksController::event).toList();
    }

    private static WebhookEvent event(String name) {
        return WireName.find(WebhookEvent.class, name)
                .filter(event -> event != WebhookEvent.TEST)
                .orElseThrow(() -> invalid(
                        "events",
                        "`events` must be some of `approval.pending`, `approval.escalated` and `approval.resolved`."));
    }

    private static WebhookMessage.@Nullable State state(@Nullable String name) {
        return name == null || name.isEmpty()
                ? null
                : WireName.find(WebhookMessage.State.class, name)
                        .orElseThrow(() -> invalid("state", "`state` must be `waiting`, `delivered` or `dead`."));
    }

    private static ProblemException invalid(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", detail, field, detail);
    }
}
