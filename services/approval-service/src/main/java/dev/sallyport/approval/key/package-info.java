/** Keys of people's own, and what they sign with them. */
@NullMarked
package dev.sallyport.approval.key;

import org.jspecify.annotations.NullMarked;
