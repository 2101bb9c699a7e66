/** Statements and certificates in the test fleet's name, the rightful and the odd ones. */
@NullMarked
package dev.sallyport.testkit.signing;

import org.jspecify.annotations.NullMarked;
