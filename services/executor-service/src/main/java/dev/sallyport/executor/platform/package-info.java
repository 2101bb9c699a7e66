/** What this program asks of the operating system and Java does not offer alike on all of them. */
@NullMarked
package dev.sallyport.executor.platform;

import org.jspecify.annotations.NullMarked;
