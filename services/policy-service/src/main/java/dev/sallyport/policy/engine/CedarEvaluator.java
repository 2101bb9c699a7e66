package dev.sallyport.policy.engine;

import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import dev.sallyport.policy.engine.cedar.CedarAnswer;
import dev.sallyport.policy.engine.rule.EntityReference;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Asks Cedar, and takes only an answer without any error for an answer. */
final class CedarEvaluator {
    /** Parsing a type name is a native call that costs a third of a decision; the few types there are stay parsed. */
    private static final Map<String, EntityTypeName> TYPES = new ConcurrentHashMap<>();

    private CedarEvaluator() {}

    /** What Cedar says without having stumbled over anything. */
    record Answer(boolean allowed, Set<String> reasons) {}

    /**
     * Evaluates on the current thread, which must be one of {@link CedarThreads}.
     *
     * @throws PolicyErrorException when Cedar reports anything but a clean decision. Cedar skips a policy that fails:
     *     a forbid that fails would let a permit win, so one failed policy spoils the whole answer
     */
    static Answer evaluate(
            PolicySet policies, Optional<Schema> schema, PolicyRequest request, Map<String, Object> context) {
        AuthorizationRequest question = new AuthorizationRequest(
                uid(request.principal()),
                uid(new EntityReference("Action", request.action())),
                uid(request.resource()),
                Optional.of(record(context)),
                schema,
                schema.isPresent());
        CedarAnswer answer;
        try {
            answer = CedarAnswer.of(question, policies, Set.of());
        } catch (AuthException e) {
            throw new PolicyErrorException("Cedar could not evaluate the request", e);
        } finally {
            Reference.reachabilityFence(schema);
        }
        if (answer.trouble() != null) {
            throw new PolicyErrorException(answer.trouble(), null);
        }
        return new Answer(answer.allows(), new TreeSet<>(answer.reasons()));
    }

    private static EntityUID uid(EntityReference entity) {
        EntityTypeName type = TYPES.get(entity.type());
        if (type == null) {
            type = EntityTypeName.parse(entity.type())
                    .orElseThrow(() -> new PolicyErrorException(entity.type() + " is not an entity type", null));
            TYPES.putIfAbsent(entity.type(), type);
        }
        return new EntityUID(type, entity.id());
    }

    private static Map<String, Value> record(Map<String, Object> attributes) {
        Map<String, Value> values = new HashMap<>();
        attributes.forEach((key, value) -> values.put(key, value(value)));
        return values;
    }

    private static Value value(Object value) {
        return switch (value) {
            case String text -> new PrimString(text);
            case Boolean bool -> new PrimBool(bool);
            case Long number -> new PrimLong(number);
            case List<?> list ->
                new CedarList(list.stream().map(CedarEvaluator::value).toList());
            case Map<?, ?> map -> {
                CedarMap members = new CedarMap();
                map.forEach((key, member) -> members.put((String) key, value(member)));
                yield members;
            }
            default -> throw new PolicyErrorException("no Cedar value for " + value.getClass(), null);
        };
    }
}
