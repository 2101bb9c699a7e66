/** What executor control does on statements of others. */
@NullMarked
package dev.sallyport.executor.control.messaging;

import org.jspecify.annotations.NullMarked;
