/** The pages for people: what waits, one request in full, history, sign-in. */
@NullMarked
package dev.sallyport.approval.console;

import org.jspecify.annotations.NullMarked;
