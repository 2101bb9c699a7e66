/** Files of a workspace by which a tool would make programs of its user run something later. */
@NullMarked
package dev.sallyport.executor.sandbox.protect;

import org.jspecify.annotations.NullMarked;
