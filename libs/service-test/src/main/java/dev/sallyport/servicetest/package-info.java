/** A service under test: how it is started and asked, who its callers are, and whether its endpoints are documented. */
@NullMarked
package dev.sallyport.servicetest;

import org.jspecify.annotations.NullMarked;
