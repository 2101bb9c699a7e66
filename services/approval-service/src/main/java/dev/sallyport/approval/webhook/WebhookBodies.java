package dev.sallyport.approval.webhook;

import dev.sallyport.approval.record.ApprovalNews;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What messages say: what a notification needs, and where to look. The arguments of a call leave the fleet by no webhook, nor
 * does the line about it, which is made of them; and nobody is named as who shall answer, since a webhook is a workspace's.
 */
@Component
class WebhookBodies {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final String console;

    WebhookBodies(PublicConnectorProperties connector) {
        console = connector.baseUrl() + "/console";
    }

    String of(ApprovalNews news, WebhookEvent event, WebhookFormat format, Instant at) {
        String link = console + "/approvals/" + news.approvalId();
        return switch (format) {
            case STANDARD -> standard(event, at, data(news, link));
            case SLACK -> slack(sentence(news) + " " + "<" + link + "|Open>");
        };
    }

    /** A message that tells of nothing. */
    String test(WebhookFormat format, Instant at) {
        return switch (format) {
            case STANDARD ->
                standard(WebhookEvent.TEST, at, JSON.createObjectNode().put("link", console));
            case SLACK -> slack("Sallyport tries this webhook. Nothing has to be done.");
        };
    }

    private static ObjectNode data(ApprovalNews news, String link) {
        ObjectNode data = JSON.createObjectNode()
                .put("approval_id", news.approvalId())
                .put("proposal_id", news.proposalId())
                .put("tool", news.tool())
                .put("principal", news.principal())
                .put("risk", news.risk().wire())
                .put("state", news.state().wire())
                .put("code", news.code().name())
                .put("expires_at", TIME.format(news.expiresAt()))
                .put("link", link);
        if (news.escalatedAt() != null) {
            data.put("escalated_at", TIME.format(news.escalatedAt()));
        }
        if (news.resolvedAt() != null) {
            data.put("resolved_at", TIME.format(news.resolvedAt()));
        }
        return data;
    }

    private static String standard(WebhookEvent event, Instant at, ObjectNode data) {
        ObjectNode body = JSON.createObjectNode().put("type", event.wire()).put("timestamp", TIME.format(at));
        body.set("data", data);
        return body.toString();
    }

    private static String sentence(ApprovalNews news) {
        String call = escaped(news.tool()) + ", asked for by " + escaped(news.principal()) + " (risk "
                + news.risk().wire() + ")";
        return news.state() == ApprovalState.PENDING
                ? "Approval needed" + (news.escalatedAt() == null ? "" : ", nobody has answered yet") + ": " + call
                        + ", until " + TIME.format(news.expiresAt()) + "."
                : "Approval " + news.state().wire().replace('_', ' ') + ": " + call + ".";
    }

    private static String slack(String text) {
        return JSON.createObjectNode().put("text", text).toString();
    }

    /** Slack's three control characters. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
