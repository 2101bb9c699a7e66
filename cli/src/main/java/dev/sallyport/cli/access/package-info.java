/** Workspaces, tokens, freeze: what policy-service administers. */
@NullMarked
package dev.sallyport.cli.access;

import org.jspecify.annotations.NullMarked;
