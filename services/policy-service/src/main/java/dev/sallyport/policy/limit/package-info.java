/** How often a token and a principal may make requests. */
@NullMarked
package dev.sallyport.policy.limit;

import org.jspecify.annotations.NullMarked;
