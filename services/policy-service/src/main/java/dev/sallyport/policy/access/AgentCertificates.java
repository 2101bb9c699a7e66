package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Code;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Which agents the certificates of agents stand for. Whoever holds the certificate of a bound name acts as that agent, with
 * nothing else in hand.
 */
@Service
public class AgentCertificates {
    private final DeviceBindings devices;
    private final Members members;
    private final RolePermissions permissions;
    private final AccessAudit audit;
    private final IdentityInForce identity;

    AgentCertificates(
            DeviceBindings devices,
            Members members,
            RolePermissions permissions,
            AccessAudit audit,
            IdentityInForce identity) {
        this.devices = devices;
        this.members = members;
        this.permissions = permissions;
        this.audit = audit;
        this.identity = identity;
    }

    /**
     * A binding.
     *
     * @param certificate the SPIFFE id of the certificates
     * @param principal the agent that they stand for
     * @param accountable who bound them and answers for the agent's calls, so that nobody approves what an agent of their
     *     own proposes
     */
    public record Binding(String certificate, String principal, String accountable, Instant boundAt) {}

    /**
     * Binds an agent's certificates to an agent of the grantor's workspace, which becomes a member unless it is one. Asked
     * for again, it changes nothing.
     *
     * @param name the last part of the SPIFFE id
     * @throws AccessException for what is no such name or no agent, for one that stands for another agent already, for a
     *     session, and for an agent that may do what the grantor may not
     */
    @Transactional
    public Binding bind(Grantor grantor, String name, String principal) {
        SpiffeId id = agent(name);
        if (grantor.session()) {
            throw new AccessException(
                    Code.SESSION_CANNOT_SIGN_IN,
                    "name",
                    "A session lets no agent in. Use your token or the owner's device.");
        }
        if (!principal.startsWith("agent:")) {
            throw new AccessException(
                    Code.INVALID_PRINCIPAL,
                    "principal",
                    "The certificate of an agent stands for an agent: `agent:` and its name.");
        }
        grantor.mustBindTo(id);
        Member member = members.ensure(grantor, principal, List.of(Role.AGENT.wire()));
        grantor.mustBeAbleToGrant(member.knownRoles());
        grantor.mustHold(permissions.of(member.workspaceId(), member.principal(), member.roles()), "principal");
        if (devices.bindAgent(name, member, grantor.accountable())) {
            changed(grantor, id, "", principal);
        }
        return devices.agentOf(name)
                .filter(bound -> bound.member().workspaceId().equals(grantor.workspaceId())
                        && bound.member().principal().equals(principal))
                .map(bound -> binding(name, bound))
                .orElseThrow(() -> new AccessException(
                        Code.CERTIFICATE_BOUND,
                        "name",
                        "This certificate stands for another agent. Unbind it first, or pair another name."));
    }

    /**
     * Ends what the certificates of an id stand for.
     *
     * @throws AccessException when the workspace has no such binding
     */
    @Transactional
    public void unbind(Grantor grantor, String name) {
        String principal = devices.unbindAgent(name, grantor.workspaceId())
                .orElseThrow(() -> new AccessException(
                        Code.NOT_FOUND, "name", "No agent of the workspace has a certificate of this name."));
        changed(grantor, SpiffeId.agent(identity.spiffeId().trustDomain(), name), principal, "");
    }

    /** The bindings of a workspace, by the name of the certificate. */
    public Page<Binding> list(String workspaceId, PageRequest asked) {
        String after = Optional.ofNullable(asked.after()).orElse("");
        return Page.of(devices.agents(workspaceId, after, asked.oneMore()), asked, DeviceBindings.Named::name)
                .map(named -> binding(named.name(), named.bound()));
    }

    private Binding binding(String name, DeviceBindings.Bound bound) {
        return new Binding(
                SpiffeId.agent(identity.spiffeId().trustDomain(), name).toString(),
                bound.member().principal(),
                bound.accountable(),
                bound.at());
    }

    private void changed(Grantor grantor, SpiffeId id, String before, String after) {
        audit.changed(
                AuditEvent.DEVICE_BOUND,
                grantor.workspaceId(),
                "device:agent/" + id.name(),
                grantor.actor(),
                Map.of(
                        "device",
                        "agent/" + id.name(),
                        "principal",
                        after.isEmpty() ? before : after,
                        "before",
                        before,
                        "after",
                        after));
    }

    private SpiffeId agent(String name) {
        if (!DeviceBindings.NAME.matcher(name).matches()) {
            throw new AccessException(
                    Code.INVALID_CERTIFICATE,
                    "name",
                    "Give the last part of an agent's SPIFFE id: `builder` of spiffe://"
                            + identity.spiffeId().trustDomain() + "/agent/builder, at most 100 characters.");
        }
        return SpiffeId.agent(identity.spiffeId().trustDomain(), name);
    }
}
