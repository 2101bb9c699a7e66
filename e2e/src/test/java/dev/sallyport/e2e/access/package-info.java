/** What tokens, sessions, certificates and odd requests open on a running fleet, and what they do not. */
@NullMarked
package dev.sallyport.e2e.access;

import org.jspecify.annotations.NullMarked;
