package dev.sallyport.executor.skill;

import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.executor.egress.EgressRefusedException;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.HostAccess;
import dev.sallyport.executor.egress.WebFetch;
import dev.sallyport.executor.egress.WebFetch.Fetched;
import dev.sallyport.executor.egress.WebFetch.Wanted;
import dev.sallyport.executor.egress.http.MessageHead.Field;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.skillrunner.host.HostField;
import dev.sallyport.skillrunner.host.HostRefusedException;
import dev.sallyport.skillrunner.host.HostRequest;
import dev.sallyport.skillrunner.host.HostResponse;
import dev.sallyport.skills.manifest.SecretUse;
import dev.sallyport.skills.module.HostAnswer;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The web for one call of a skill, on the way that {@code http.fetch} takes: hosts that the permit names, addresses that are
 * public, secrets that are added here and taken out of what comes back. The runner has held the request against the
 * manifest before. A redirect is a response like any other: who follows it asks again.
 */
public final class SkillWeb implements Closeable {
    private static final Field AGENT = new Field("User-Agent", "sallyport");

    private final HostAccess access;
    private final WebFetch fetch;

    /**
     * The web of a call.
     *
     * @param egress as the permit says; one that does not hold the network reaches nothing
     * @param secrets of the call
     * @param asked which of them its manifest asks for, and for which hosts
     */
    public SkillWeb(Gateway gateway, Egress egress, CallSecrets secrets, List<SecretUse> asked) {
        this.access = gateway.access(
                egress.mode() == EgressEnforcementMode.STRICT
                        ? egress
                        : new Egress(EgressEnforcementMode.STRICT, List.of()));
        Map<String, Set<HostRule>> hosts = new HashMap<>();
        for (SecretUse use : asked) {
            try {
                hosts.computeIfAbsent(use.name(), _ -> new HashSet<>())
                        .add(HostRule.of(HostName.of(use.host()), HostRule.HTTPS));
            } catch (dev.sallyport.arguments.host.HostRefusedException e) {
                throw new IllegalStateException("a manifest names a host that is none", e);
            }
        }
        this.fetch = new WebFetch(access, secrets.onlyFor(hosts));
    }

    /** See {@link dev.sallyport.skillrunner.host.SkillHost#request}. */
    public byte[] request(HostRequest request, int most) throws HostRefusedException {
        List<Field> fields = new ArrayList<>();
        request.fields().forEach(field -> fields.add(new Field(field.name(), field.value())));
        if (fields.stream().noneMatch(field -> field.is(AGENT.name()))) {
            fields.add(AGENT);
        }
        try {
            Fetched fetched =
                    fetch.fetch(new Wanted(request.method(), request.address(), fields, request.body(), 0, most, most));
            if (fetched.totalBytes() > most) {
                throw new HostRefusedException(HostAnswer.REFUSED);
            }
            return new HostResponse(
                            fetched.status(),
                            fetched.fields().stream()
                                    .map(field -> HostField.received(field.name(), field.value()))
                                    .toList(),
                            fetched.body())
                    .bytes();
        } catch (EgressRefusedException e) {
            throw new HostRefusedException(answer(e.reason()));
        }
    }

    private static HostAnswer answer(EgressRefusedException.Reason reason) {
        return switch (reason) {
            case HOST_NOT_PERMITTED -> HostAnswer.CAPABILITY_DENIED;
            case NAME_NOT_RESOLVED, NOT_REACHED, SERVER_NOT_PROVEN, OTHER_SERVER_NAME, MALFORMED_MESSAGE ->
                HostAnswer.NOT_REACHED;
            case HOST_MALFORMED,
                    ADDRESS_REFUSED,
                    TOO_MANY_NAMES,
                    TOO_MANY_CONNECTIONS,
                    RATE_EXCEEDED,
                    BYTES_EXCEEDED,
                    SECRET_ELSEWHERE,
                    ANSWER_ENCODED,
                    ANSWER_PARTIAL -> HostAnswer.REFUSED;
        };
    }

    /** Which hosts were reached, and which were refused and why. */
    public List<Fact> facts() {
        return access.facts();
    }

    /** Whether a secret was to be sent where it does not belong. */
    public boolean secretElsewhere() {
        return access.secretElsewhere();
    }

    /** Ends all connections; none is opened from then on. */
    @Override
    public void close() {
        access.close();
    }
}
