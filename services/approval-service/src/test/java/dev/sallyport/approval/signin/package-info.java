/** Tests of sign-in. */
@NullMarked
package dev.sallyport.approval.signin;

import org.jspecify.annotations.NullMarked;
