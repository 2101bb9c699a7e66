package dev.sallyport.statements.story;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;

/**
 * A statement as it is told of.
 *
 * @param index place in the log
 * @param digest its identity, by which others link to it
 */
public record Told(long index, Digest digest, Statement statement) {}
