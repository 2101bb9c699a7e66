/** The log over HTTP as any standard client reads it, and what the fleet asks of it. */
@NullMarked
package dev.sallyport.attestation.log.web;

import org.jspecify.annotations.NullMarked;
