/** Every known way to forge a record; each is tried on a running fleet. */
@NullMarked
package dev.sallyport.e2e.forgery;

import org.jspecify.annotations.NullMarked;
