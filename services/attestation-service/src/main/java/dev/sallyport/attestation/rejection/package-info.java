/** Records that can never be valid, until the log reports them. */
@NullMarked
package dev.sallyport.attestation.rejection;

import org.jspecify.annotations.NullMarked;
