/** Sandboxes on macOS: a profile of Seatbelt made from the plan, started by {@code sandbox-exec}. */
@NullMarked
package dev.sallyport.executor.sandbox.mac;

import org.jspecify.annotations.NullMarked;
