/** {@code sallyport groups}: the people whom rules ask. */
@NullMarked
package dev.sallyport.cli.groups;

import org.jspecify.annotations.NullMarked;
