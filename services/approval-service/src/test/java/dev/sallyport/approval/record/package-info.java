/** Tests of approval records. */
@NullMarked
package dev.sallyport.approval.record;

import org.jspecify.annotations.NullMarked;
