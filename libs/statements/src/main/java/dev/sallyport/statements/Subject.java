package dev.sallyport.statements;

import java.nio.charset.StandardCharsets;

/**
 * What a statement is about (in-toto Statement v1 {@code subject}).
 *
 * @param name {@code proposal:<ulid>}, {@code token:<ulid>}, {@code certificate:<serial>} …
 * @param digest of a proposal: of its canonical form; of another object: of the name, where it has no content of its own
 */
public record Subject(String name, Digest digest) {
    /** The subject for an object that is only a name. */
    public static Subject named(String name) {
        return new Subject(name, Digest.of(name.getBytes(StandardCharsets.UTF_8)));
    }
}
