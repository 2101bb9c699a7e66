/** What the statements of a call say, in words and in the order in which they arose. */
@NullMarked
package dev.sallyport.statements.story;

import org.jspecify.annotations.NullMarked;
