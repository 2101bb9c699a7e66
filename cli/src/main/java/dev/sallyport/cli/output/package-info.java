/** Results for people and for scripts, safe to show on a terminal. */
@NullMarked
package dev.sallyport.cli.output;

import org.jspecify.annotations.NullMarked;
