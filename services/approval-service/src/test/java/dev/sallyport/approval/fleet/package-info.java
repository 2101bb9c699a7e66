/** The service running among the parts it talks to. */
@NullMarked
package dev.sallyport.approval.fleet;

import org.jspecify.annotations.NullMarked;
