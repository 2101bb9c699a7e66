package dev.sallyport.policy.engine.rule;

/**
 * An entity by type and id, as policies name it: {@code Tool::"process.run"}.
 *
 * @param type the entity type's name
 * @param id the id, any text
 */
public record EntityReference(String type, String id) {
    @Override
    public String toString() {
        return type + "::\"" + id + "\"";
    }
}
