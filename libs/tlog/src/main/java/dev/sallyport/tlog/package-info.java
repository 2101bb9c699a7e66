/** The RFC 6962 Merkle tree, its tiles, signed-note checkpoints and proofs. */
@NullMarked
package dev.sallyport.tlog;

import org.jspecify.annotations.NullMarked;
