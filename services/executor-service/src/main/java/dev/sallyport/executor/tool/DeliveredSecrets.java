package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
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

    /**
     * Those of a call.
     *
     * @throws InvalidInput if two of them are the same variable to a program: it would have one and not the other
     */
    static DeliveredSecrets of(CallSecrets secrets) {
        List<ToolSecret> toRead = new ArrayList<>();
        Map<String, String> environment = new TreeMap<>();
        int descriptor = ToolSecret.FIRST;
        for (CallSecrets.Held secret : secrets.by(Delivery.PIPE)) {
            // A confined program has no /proc, and so no /dev/fd.
            add(environment, secret, "_FD", Integer.toString(descriptor));
            toRead.add(ToolSecret.pipe(descriptor++, secret.value()));
            add(environment, secret, "_FILE", toRead.getLast().path());
        }
        for (CallSecrets.Held secret : secrets.by(Delivery.FILE)) {
            toRead.add(ToolSecret.file(secret.name(), secret.value()));
            add(environment, secret, "_FILE", toRead.getLast().path());
        }
        for (CallSecrets.Held secret : secrets.by(Delivery.ENV)) {
            add(environment, secret, "", new String(secret.value(), StandardCharsets.UTF_8));
        }
        return new DeliveredSecrets(toRead, environment);
    }

    private static void add(Map<String, String> environment, CallSecrets.Held secret, String what, String value) {
        String variable = VARIABLE + secret.variable() + what;
        if (environment.putIfAbsent(variable, value) != null) {
            throw new InvalidInput("secrets: " + secret.name() + " and another one are both " + variable
                    + " to the program: store one of them under another name.");
        }
    }

    /** What is told of a call's secrets: which version of each, and how it was delivered. */
    static List<Fact> facts(List<SecretGrant> grants) {
        return grants.stream()
                .map(grant -> EnforcementFacts.enforced(
                        "secret", grant.reference() + "#" + grant.version() + " by " + grant.delivery()))
                .toList();
    }
}
