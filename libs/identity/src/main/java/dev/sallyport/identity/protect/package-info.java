/** Keeping keys at rest: key protectors and files sealed under them. */
@NullMarked
package dev.sallyport.identity.protect;

import org.jspecify.annotations.NullMarked;
