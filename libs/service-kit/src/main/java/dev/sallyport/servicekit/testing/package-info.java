/** What the tests of every service need: it belongs to the rules that this module sets. */
@NullMarked
package dev.sallyport.servicekit.testing;

import org.jspecify.annotations.NullMarked;
