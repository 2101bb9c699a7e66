/** Programs, interpreters and arguments. */
@NullMarked
package dev.sallyport.executor.process;

import org.jspecify.annotations.NullMarked;
