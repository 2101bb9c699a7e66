/** Details of statements, kept sealed so that they can be forgotten. */
@NullMarked
package dev.sallyport.attestation.detail;

import org.jspecify.annotations.NullMarked;
