/** Ids that services make for what they store. */
@NullMarked
package dev.sallyport.servicekit.ids;

import org.jspecify.annotations.NullMarked;
