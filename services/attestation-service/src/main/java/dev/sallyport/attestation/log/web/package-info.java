/** The log over HTTP, as any client of c2sp.org/tlog-tiles reads it. */
@NullMarked
package dev.sallyport.attestation.log.web;

import org.jspecify.annotations.NullMarked;
