/** What the fleet on one machine consists of and how each process is started. */
@NullMarked
package dev.sallyport.local.fleet;

import org.jspecify.annotations.NullMarked;
