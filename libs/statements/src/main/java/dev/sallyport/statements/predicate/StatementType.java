package dev.sallyport.statements.predicate;

import java.util.Arrays;
import java.util.Optional;

/** The six statements, each with the topic that carries it and its in-toto predicate type. */
public enum StatementType {
    /** The proposal and the decision on it. */
    TOOL_PROPOSED("ToolProposed", "tool-proposed", ToolProposed.class),
    /** What a human must answer. */
    APPROVAL_REQUESTED("ApprovalRequested", "approval-requested", ApprovalRequested.class),
    /** The human answer. */
    APPROVAL_RESOLVED("ApprovalResolved", "approval-resolved", ApprovalResolved.class),
    /** The terms on which exactly this call may run once. */
    EXECUTION_PERMIT("ToolPermitted", "execution-permit", ExecutionPermit.class),
    /** What happened. */
    TOOL_EXECUTED("ToolExecuted", "tool-executed", ToolExecuted.class),
    /** Everything else. */
    AUDIT("AuditRecorded", "audit", Audit.class);

    private static final String PREFIX = "https://sallyport.dev/statement/";

    private final String topic;
    private final String shortName;
    private final Class<? extends Predicate> predicate;

    StatementType(String topic, String name, Class<? extends Predicate> predicate) {
        this.topic = topic;
        this.shortName = name + "/v1";
        this.predicate = predicate;
    }

    /** The Kafka topic, without an installation's prefix. */
    public String topic() {
        return topic;
    }

    /** The predicate type, a URI. */
    public String uri() {
        return PREFIX + shortName;
    }

    /** For example {@code tool-proposed/v1}; what links name. */
    public String shortName() {
        return shortName;
    }

    /** The Java form of the predicate. */
    public Class<? extends Predicate> predicate() {
        return predicate;
    }

    /** The type of this predicate type URI. */
    public static Optional<StatementType> ofUri(String uri) {
        return Arrays.stream(values()).filter(type -> type.uri().equals(uri)).findFirst();
    }

    /** The type with this short name. */
    public static Optional<StatementType> ofShortName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.shortName.equals(name))
                .findFirst();
    }

    /** The type that this topic (without prefix) carries. */
    public static Optional<StatementType> ofTopic(String topic) {
        return Arrays.stream(values()).filter(type -> type.topic.equals(topic)).findFirst();
    }
}
