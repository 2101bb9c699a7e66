/** The log: entries, tiles and checkpoints, grown by whole batches. */
@NullMarked
package dev.sallyport.attestation.log;

import org.jspecify.annotations.NullMarked;
