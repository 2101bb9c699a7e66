/** The fleet's certificate authorities: made once, offline, and issuing from certification requests ever after. */
@NullMarked
package dev.sallyport.identity.ca;

import org.jspecify.annotations.NullMarked;
