/** The limits of requests as HTTP sees them. */
@NullMarked
package dev.sallyport.policy.limit.web;

import org.jspecify.annotations.NullMarked;
