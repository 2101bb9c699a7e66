package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolSecret;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.secret.CallSecrets.Delivery;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secrets that a program has itself. It is told by its environment where to read one: {@code SECRET_API_KEY_FILE} for
 * the secret {@code api-key}, and {@code SECRET_API_KEY_FD} the number of its descriptor. Only a secret whose delivery is
 * {@code env} has its value in {@code SECRET_API_KEY}.
 *
 * @param toRead what it reads
 * @param environment variables to add
 */
record DeliveredSecrets(List<ToolSecret> toRead, Map<String, String> environment) {
    private static final String VARIABLE = "SECRET_";

    /** Those of a call. */
    static DeliveredSecrets of(CallSecrets secrets) {
        List<ToolSecret> toRead = new ArrayList<>();
        Map<String, String> environment = new TreeMap<>();
        int descriptor = ToolSecret.FIRST;
        for (CallSecrets.Held secret : secrets.by(Delivery.PIPE)) {
            // A confined program has no /proc, and so no /dev/fd.
            environment.put(VARIABLE + secret.variable() + "_FD", Integer.toString(descriptor));
            toRead.add(ToolSecret.pipe(descriptor++, secret.value()));
            environment.put(
                    VARIABLE + secret.variable() + "_FILE", toRead.getLast().path());
        }
        for (CallSecrets.Held secret : secrets.by(Delivery.FILE)) {
            toRead.add(ToolSecret.file(secret.name(), secret.value()));
            environment.put(
                    VARIABLE + secret.variable() + "_FILE", toRead.getLast().path());
        }
        for (CallSecrets.Held secret : secrets.by(Delivery.ENV)) {
            environment.put(VARIABLE + secret.variable(), new String(secret.value(), StandardCharsets.UTF_8));
        }
        return new DeliveredSecrets(toRead, environment);
    }

    /** What is told of a call's secrets: which version of each, and how it was delivered. */
    static List<Fact> facts(List<SecretGrant> grants) {
        return grants.stream()
                .map(grant -> EnforcementFacts.enforced(
                        "secret", grant.reference() + "#" + grant.version() + " by " + grant.delivery()))
                .toList();
    }
}
