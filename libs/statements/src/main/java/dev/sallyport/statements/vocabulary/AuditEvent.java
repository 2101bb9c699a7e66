package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The closed list of audit events, each with the services that may state it. */
public enum AuditEvent implements WireName {
    /** A node has claimed a permit. */
    EXECUTION_STARTED("executor-service"),
    /** Control stopped a call by itself before it started. */
    EXECUTION_STOPPED("executor-service"),
    /** A node reported after its lease was lost. */
    LATE_RESULT("executor-service"),
    /** The workspaces of the sessions that a node holds were given up. */
    NODE_EVICTED("executor-service"),
    /** A node takes no more calls until somebody takes that back. */
    NODE_DRAINED("executor-service"),
    /** A node that took no more calls takes them again. */
    NODE_UNDRAINED("executor-service"),
    /** A node has tried the promises of its sandboxes, as an operator asked. */
    NODE_ATTACKED("executor-service"),
    /** A version of a skill was installed and waits for a person, or was taken out of use until one has looked at it. */
    SKILL_QUARANTINED("executor-service"),
    /** A version of a skill can be called from now on. */
    SKILL_ENABLED("executor-service"),
    /** A version of a skill can never be called again. */
    SKILL_REVOKED("executor-service"),
    /** A package was refused because of its signer: somebody may pretend to be its publisher. */
    SKILL_REFUSED("executor-service"),
    /** A person has compared the fingerprint of a publisher's key. */
    PUBLISHER_TRUSTED("executor-service"),
    /** A publisher's key counts no longer. */
    PUBLISHER_REVOKED("executor-service"),
    /** The one end of a call. */
    CALL_ENDED("policy-service"),
    /** Proposals of a run that had used up even its denied calls were refused and not stored; one statement for many. */
    PROPOSALS_REFUSED("policy-service"),
    /** An agent or operator asked to cancel. */
    CANCEL_REQUESTED("policy-service"),
    /** A statement arrived that could have no effect any more. */
    STATEMENT_WITHOUT_EFFECT("policy-service", "approval-service", "executor-service"),
    /** A policy set became the active one. */
    POLICY_SET_ACTIVATED("policy-service"),
    /** A workspace's tool call configuration changed. */
    CONFIG_CHANGED("policy-service"),
    /** A change of it that opens something waits for a second person. */
    CONFIG_CHANGE_PROPOSED("policy-service"),
    /** A change that waited for a second person was taken back or refused. */
    CONFIG_CHANGE_WITHDRAWN("policy-service"),
    /** A version of a workspace's own tool can be called from now on. */
    TOOL_REGISTERED("policy-service"),
    /** A version of an own tool that would run without a human waits for a second person. */
    TOOL_REGISTRATION_PROPOSED("policy-service"),
    /** A version of an own tool takes no more calls, or its registration was taken back. */
    TOOL_RETIRED("policy-service"),
    /** What policy-service keeps of calls and may have to be forgotten was erased on request. */
    DETAILS_ERASED("policy-service"),
    /** A workspace was created. */
    WORKSPACE_CREATED("policy-service"),
    /** A workspace has another name, or was closed. */
    WORKSPACE_CHANGED("policy-service"),
    /** A membership changed. */
    MEMBER_CHANGED("policy-service"),
    /** A member was removed, with its tokens, sessions and devices. */
    MEMBER_REMOVED("policy-service"),
    /** A device was bound to a principal. */
    DEVICE_BOUND("policy-service"),
    /** An API token was issued. */
    TOKEN_ISSUED("policy-service"),
    /** An API token was replaced by another one, and ends soon. */
    TOKEN_ROTATED("policy-service"),
    /** An API token was revoked. */
    TOKEN_REVOKED("policy-service"),
    /** A one-time sign-in link was issued. */
    SIGN_IN_ISSUED("policy-service", "approval-service"),
    /** A person signed in. */
    SIGNED_IN("approval-service"),
    /** A person signed out. */
    SIGNED_OUT("approval-service"),
    /** A person has connected an account at the OpenID provider, which signs them in from now on. */
    SIGN_IN_ACCOUNT_CONNECTED("approval-service"),
    /** An account at the OpenID provider signs nobody in any more. */
    SIGN_IN_ACCOUNT_DISCONNECTED("approval-service"),
    /** A person has made a key of their own, after a one-time link for it. */
    APPROVER_KEY_ENROLLED("approval-service"),
    /** That key counts: policy-service had issued the link, which was used for no other. */
    APPROVER_KEY_BOUND("policy-service"),
    /** A person's key signs no further answer. */
    APPROVER_KEY_REMOVED("approval-service"),
    /** A grant answers no further call. */
    GRANT_REVOKED("approval-service"),
    /** An approval that a grant gave is taken back, for a call that had not ended: the call shall not start. */
    APPROVAL_WITHDRAWN("approval-service"),
    /** A question has waited for so long that another group may answer it too. */
    APPROVAL_ESCALATED("approval-service"),
    /** A workspace's news about approvals are sent to an address outside from now on. */
    WEBHOOK_ADDED("approval-service"),
    /** Nothing more is sent there. */
    WEBHOOK_REMOVED("approval-service"),
    /** Something was frozen. */
    FROZEN("policy-service", "executor-service"),
    /** A freeze was lifted. */
    UNFROZEN("policy-service", "executor-service"),
    /** A signing certificate is used for the first time. */
    KEY_BOUND("attestation-service"),
    /** A record that can never be valid was put aside. */
    RECORD_REJECTED("attestation-service"),
    /** A consumer refused a record. It travels with the dead letter about the record, and is no leaf. */
    RECORD_REFUSED("policy-service", "approval-service", "executor-service", "attestation-service"),
    /** Somebody read from the ledger. */
    LEDGER_READ("attestation-service"),
    /** Somebody exported from the ledger. */
    LEDGER_EXPORTED("attestation-service"),
    /** A certificate was issued. */
    CERTIFICATE_ISSUED("vault-service"),
    /** A certificate was revoked. */
    CERTIFICATE_REVOKED("vault-service"),
    /** The fleet trusts other roots from this step on. */
    TRUST_CHANGED("vault-service"),
    /** A one-time join token was issued. */
    JOIN_TOKEN_ISSUED("vault-service"),
    /** A workload joined by a token. */
    WORKLOAD_JOINED("vault-service"),
    /** An operator opened a window in which one device may pair. */
    PAIRING_OPENED("vault-service"),
    /** A device sent its request in the window. */
    PAIRING_BEGUN("vault-service"),
    /** A wrong proof ended the window. */
    PAIRING_BURNED("vault-service"),
    /** A device has proven that it has the code, and got its certificate. */
    DEVICE_PAIRED("vault-service"),
    /** People call a device by another name from now on. */
    DEVICE_RENAMED("vault-service"),
    /** The id of a revoked device may pair again. */
    DEVICE_CLEARED("vault-service"),
    /** A secret's version was written. */
    SECRET_WRITTEN("vault-service"),
    /** A secret was deleted. */
    SECRET_DELETED("vault-service"),
    /** A secret was handed to the node of a call. */
    SECRET_REDEEMED("vault-service"),
    /** A secret was refused. */
    SECRET_REFUSED("vault-service"),
    /** The vault was sealed. */
    VAULT_SEALED("vault-service"),
    /** The vault was unsealed. */
    VAULT_UNSEALED("vault-service"),
    /** The key ring got a new term. */
    KEY_RING_ROTATED("vault-service"),
    /** The key ring is wrapped by another protector, or by another root key. */
    KEY_PROTECTOR_CHANGED("vault-service"),
    /** The vault opens only with shares of people from now on. */
    VAULT_SHARED("vault-service"),
    /** The vault opens without people again. */
    VAULT_UNSHARED("vault-service"),
    /** Somebody gave a share to unseal the vault. */
    SHARE_GIVEN("vault-service");

    private static final Map<String, AuditEvent> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(AuditEvent::wire, event -> event));

    @SuppressWarnings("ImmutableEnumChecker") // Set.of
    private final Set<String> issuers;

    private final String wire;

    AuditEvent(String... issuers) {
        this.issuers = Set.of(issuers);
        this.wire = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The event of that wire name; empty when there is none. */
    public static Optional<AuditEvent> ofWire(String wire) {
        return Optional.ofNullable(BY_WIRE.get(wire));
    }

    /**
     * The services that must act on this event although no later statement shows whether they did; the issuer itself may be
     * one of them. Of most statements within a call it shows: the call does not end before they were acted on, and its end
     * is on the ledger. These few would be lost with Kafka if the ledger had read them there and the recipient had not.
     */
    public Set<String> recipients() {
        return switch (this) {
            case FROZEN, UNFROZEN -> issuers;
            // Humans must no longer be asked.
            case CALL_ENDED -> Set.of("approval-service");
            // The call must not start.
            case APPROVAL_WITHDRAWN -> Set.of("policy-service");
            // The key must count, or must not.
            case APPROVER_KEY_ENROLLED, APPROVER_KEY_REMOVED -> Set.of("policy-service");
            case APPROVER_KEY_BOUND -> Set.of("approval-service");
            // Sessions must end.
            case MEMBER_REMOVED -> Set.of("approval-service");
            // The catalogue must name the skill's tools, or must name them no longer.
            case SKILL_QUARANTINED, SKILL_ENABLED, SKILL_REVOKED -> Set.of("policy-service");
            default -> Set.of();
        };
    }

    @Override
    public String wire() {
        return wire;
    }

    /** The names of the services that may state it. */
    public Set<String> issuers() {
        return issuers;
    }
}
