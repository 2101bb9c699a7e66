/** Grants: what a person decided about further calls, and the calls that it answers. */
@NullMarked
package dev.sallyport.approval.grant;

import org.jspecify.annotations.NullMarked;
