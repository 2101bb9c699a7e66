/** {@code sallyport features}: the surfaces that a workspace opens. */
@NullMarked
package dev.sallyport.cli.features;

import org.jspecify.annotations.NullMarked;
