/** DSSE envelopes in the one encoding that the fleet accepts. */
@NullMarked
package dev.sallyport.statements.dsse;

import org.jspecify.annotations.NullMarked;
