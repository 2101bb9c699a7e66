/** Canonical JSON as RFC 8785 defines it, read strictly. */
@NullMarked
package dev.sallyport.statements.json;

import org.jspecify.annotations.NullMarked;
