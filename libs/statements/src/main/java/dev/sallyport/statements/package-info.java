/** Statements, envelopes and records: what one service tells another about a tool call. */
@NullMarked
package dev.sallyport.statements;

import org.jspecify.annotations.NullMarked;
