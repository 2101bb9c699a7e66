/** Starting, watching, restarting and stopping processes in order. */
@NullMarked
package dev.sallyport.local.supervise;

import org.jspecify.annotations.NullMarked;
