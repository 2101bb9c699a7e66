/** Keys of people's own. */
@NullMarked
package dev.sallyport.approval.key;

import org.jspecify.annotations.NullMarked;
