package dev.sallyport.cli.verify.report;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;

/**
 * A statement as it is told of.
 *
 * @param index place in the log
 * @param digest its identity, by which others link to it
 */
public record Told(long index, Digest digest, Statement statement) {
    /** A statement of a bundle. */
    static Told of(CheckedStatement checked) {
        return new Told(checked.index(), checked.verified().digest(), checked.statement());
    }
}
