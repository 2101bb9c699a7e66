/** Queries over HTTP. */
@NullMarked
package dev.sallyport.attestation.index.web;

import org.jspecify.annotations.NullMarked;
