/** Statements about sign-ins. */
@NullMarked
package dev.sallyport.approval.signin.messaging;

import org.jspecify.annotations.NullMarked;
