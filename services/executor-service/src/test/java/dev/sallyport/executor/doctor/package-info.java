/** Canaries on this host. */
@NullMarked
package dev.sallyport.executor.doctor;

import org.jspecify.annotations.NullMarked;
