/** The index that auditors query, read from the log's entries. */
@NullMarked
package dev.sallyport.attestation.index;

import org.jspecify.annotations.NullMarked;
