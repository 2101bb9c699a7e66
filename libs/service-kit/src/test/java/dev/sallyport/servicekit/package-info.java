/** Tests of the kit through a tiny service. */
@NullMarked
package dev.sallyport.servicekit;

import org.jspecify.annotations.NullMarked;
