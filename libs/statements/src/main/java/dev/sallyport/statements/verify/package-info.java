/** Verification of records from the bytes received. */
@NullMarked
package dev.sallyport.statements.verify;

import org.jspecify.annotations.NullMarked;
