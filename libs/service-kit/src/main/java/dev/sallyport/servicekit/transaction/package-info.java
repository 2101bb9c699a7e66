/** What belongs to a database transaction as a whole. */
@NullMarked
package dev.sallyport.servicekit.transaction;

import org.jspecify.annotations.NullMarked;
