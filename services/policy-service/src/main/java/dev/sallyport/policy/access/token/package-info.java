/** API tokens as they are kept: rows, and the memory of their use. */
@NullMarked
package dev.sallyport.policy.access.token;

import org.jspecify.annotations.NullMarked;
