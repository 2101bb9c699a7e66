package dev.sallyport.policy.policyset;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.Effect;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.policy.engine.rule.PolicyEffect;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyScope;
import dev.sallyport.policy.engine.rule.PolicyTier;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.RuleRef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.json.JsonMapper;

/** One policy as it stands in its file. Only on threads that may enter native code. */
record PolicySource(String file, PolicyTier tier, PolicySourceGuard.Piece piece) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern ID = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
    private static final int LONGEST_ID = 128;

    /** What a human can be asked about. */
    private static final Set<String> CALLS = Set.of("tool.execute", "skill.execute");

    /** An explanation holds some dozens of these beside each other. */
    private static final int LONGEST_TEXT = 500;

    /** What Cedar puts before what it has to say: the name that we gave the policy ourselves. */
    private static final Pattern OWN_NAME =
            Pattern.compile("^(failed to parse policy with id `[^`]*` from string: |for policy `[^`]*`, )");

    /** A refusal of the policy as a whole. */
    InvalidPolicySetException refused(String message) {
        return new InvalidPolicySetException(file, piece.line(), piece.column(), message);
    }

    /**
     * Reads the policy.
     *
     * @throws InvalidPolicySetException when it is no policy, or lacks what every policy must say
     */
    PolicyRule rule(Schema schema) {
        Map<String, String> annotations;
        String json;
        PolicyEffect effect;
        PolicyScope scope;
        try {
            Policy policy = Policy.parseStaticPolicy(piece.text());
            annotations = policy.getAnnotations();
            json = policy.toJson();
            effect = policy.effect() == Effect.PERMIT ? PolicyEffect.PERMIT : PolicyEffect.FORBID;
            scope = PolicyScope.of(JSON.readTree(json));
        } catch (InternalException e) {
            throw new InvalidPolicySetException(List.of(unreadable(schema, e)));
        } catch (StreamConstraintsException _) {
            throw refused(
                    "The policy has more operators in one expression than can be explained; write a set, or several"
                            + " policies.");
        }
        String id = annotations.getOrDefault("id", "");
        verify(id, annotations, effect);
        if (tier == PolicyTier.APPROVAL && (scope.actions().isEmpty() || !CALLS.containsAll(scope.actions()))) {
            throw refused(
                    "A policy of the approval tier asks a human about calls, and about nothing else: its head must name"
                            + " action == Action::\"tool.execute\" or Action::\"skill.execute\", or both with action in […].");
        }
        Obligations obligations;
        try {
            obligations = Obligations.of(annotations);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
        return new PolicyRule(
                new RuleRef(id, Digest.of(piece.text().getBytes(StandardCharsets.UTF_8))),
                tier,
                effect,
                file,
                piece.line(),
                piece.text(),
                annotations,
                obligations,
                scope,
                json);
    }

    private void verify(String id, Map<String, String> annotations, PolicyEffect effect) {
        if (!ID.matcher(id).matches() || id.length() > LONGEST_ID) {
            throw refused(
                    "Every policy needs an @id of at most " + LONGEST_ID + " lower-case letters, digits, '.' and '-'.");
        }
        if (!tier.wire().equals(annotations.get("tier"))) {
            throw refused("The policy lies in " + tier.wire() + "/ and must say @tier(\"" + tier.wire() + "\").");
        }
        if (tier == PolicyTier.APPROVAL && effect != PolicyEffect.FORBID) {
            throw refused("The approval tier holds forbids only: a permit there could never ask anybody.");
        }
        for (String key : Set.of("reason", "remedy")) {
            if (annotations.getOrDefault(key, "").length() > LONGEST_TEXT) {
                throw refused("@" + key + " has at most " + LONGEST_TEXT + " characters.");
            }
        }
    }

    /** The parser alone says no place; the validator, asked about the same text, does. */
    private Finding unreadable(Schema schema, InternalException parser) {
        try {
            List<DetailedError> errors = new BasicAuthorizationEngine()
                    .validate(new ValidationRequest(schema, new PolicySet(Set.of(new Policy(piece.text(), "policy")))))
                    .errors
                    .map(List::copyOf)
                    .orElse(List.of());
            if (!errors.isEmpty()) {
                return finding(Finding.Level.ERROR, null, errors.getFirst());
            }
        } catch (AuthException _) {
            // Said below by the parser's own message.
        }
        return Finding.error(file, piece.line(), piece.column(), null, String.valueOf(parser.getMessage()));
    }

    /** What Cedar says about this policy, with the place in its file. */
    Finding finding(Finding.Level level, @Nullable String id, DetailedError error) {
        StringBuilder message = new StringBuilder(id == null ? "" : id + ": ");
        message.append(OWN_NAME.matcher(error.message).replaceFirst(""));
        if (error.sourceLocations.isEmpty()) {
            return new Finding(level, file, piece.line(), piece.column(), id, message.toString());
        }
        DetailedError.SourceLabel label = error.sourceLocations.getFirst();
        label.label
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> message.append("; ").append(text));
        error.help.ifPresent(text -> message.append("; ").append(text));
        return at(label.start, level, id, message.toString());
    }

    /** Cedar counts bytes of UTF-8 from the policy's beginning; people count lines and characters of the file. */
    private Finding at(int bytes, Finding.Level level, @Nullable String id, String message) {
        byte[] all = piece.text().getBytes(StandardCharsets.UTF_8);
        String before = new String(all, 0, Math.clamp(bytes, 0, all.length), StandardCharsets.UTF_8);
        int newline = before.lastIndexOf('\n');
        int lines = (int) before.chars().filter(c -> c == '\n').count();
        int column = newline < 0 ? piece.column() + before.length() : before.length() - newline;
        return new Finding(level, file, piece.line() + lines, column, id, message);
    }
}
