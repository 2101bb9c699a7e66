/** A tiny service on the kit. */
@NullMarked
package dev.sallyport.servicekit.app;

import org.jspecify.annotations.NullMarked;
