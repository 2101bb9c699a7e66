/** Tests of identity and fleet clients from within. */
@NullMarked
package dev.sallyport.servicekit.identity;

import org.jspecify.annotations.NullMarked;
