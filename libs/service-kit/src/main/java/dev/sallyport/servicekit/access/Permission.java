package dev.sallyport.servicekit.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.security.core.GrantedAuthority;

/** What a principal may be allowed to do. Every endpoint for principals names the ones it needs. */
public enum Permission implements GrantedAuthority {
    /** Propose a tool call. */
    PROPOSAL_SUBMIT("proposal.submit"),
    /** Read own proposals. */
    PROPOSAL_READ("proposal.read"),
    /** Read everybody's proposals of the workspace. */
    PROPOSAL_READ_ALL("proposal.read.all"),
    /** Cancel a proposal. */
    PROPOSAL_CANCEL("proposal.cancel"),
    /** Read approval records. */
    APPROVAL_READ("approval.read"),
    /** Answer approval requests. */
    APPROVAL_RESOLVE("approval.resolve"),
    /** Read the ledger. */
    LEDGER_READ("ledger.read"),
    /** Export from the ledger. */
    LEDGER_EXPORT("ledger.export"),
    /** Read secrets' metadata. */
    VAULT_READ("vault.read"),
    /** Write secrets. */
    VAULT_WRITE("vault.write"),
    /** Issue and revoke tokens. */
    TOKEN_MANAGE("token.manage"),
    /** Manage members. */
    MEMBER_MANAGE("member.manage"),
    /** Manage the workspace itself. */
    WORKSPACE_MANAGE("workspace.manage"),
    /** Read policies. */
    POLICY_READ("policy.read"),
    /** Upload and activate policies. */
    POLICY_MANAGE("policy.manage"),
    /** Read the tool catalogue. */
    TOOL_READ("tool.read"),
    /** Register tools. */
    TOOL_MANAGE("tool.manage"),
    /** Read the workspace's configuration. */
    CONFIG_READ("config.read"),
    /** Change the workspace's configuration. */
    CONFIG_MANAGE("config.manage"),
    /** See executor nodes. */
    NODE_READ("node.read"),
    /** Admit and quarantine executor nodes. */
    NODE_MANAGE("node.manage"),
    /** See paired devices. */
    DEVICE_READ("device.read"),
    /** Pair, rename and revoke devices. */
    DEVICE_MANAGE("device.manage"),
    /** Freeze and unfreeze. */
    FLEET_FREEZE("fleet.freeze"),
    /** Operate keys, certificates and trust. */
    TRUST_OPERATE("trust.operate");

    private static final Map<String, Permission> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Permission::code, Function.identity()));

    private final String code;

    Permission(String code) {
        this.code = code;
    }

    /** The dotted form used on the wire and in policies. */
    public String code() {
        return code;
    }

    /** The permissions that change nothing and take nothing away. They are what a freeze leaves to a person or service. */
    public static Set<Permission> reading() {
        return EnumSet.of(
                PROPOSAL_READ,
                PROPOSAL_READ_ALL,
                APPROVAL_READ,
                LEDGER_READ,
                VAULT_READ,
                POLICY_READ,
                TOOL_READ,
                CONFIG_READ,
                NODE_READ,
                DEVICE_READ);
    }

    /** The dotted form, for Spring Security's own rules. */
    @Override
    public String getAuthority() {
        return code;
    }

    /** The permission of that dotted form; empty for one unknown here, which then grants nothing here. */
    public static Optional<Permission> ofCode(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }
}
