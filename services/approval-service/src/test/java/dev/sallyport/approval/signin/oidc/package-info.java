/** People sign in at a real OpenID provider. */
@NullMarked
package dev.sallyport.approval.signin.oidc;

import org.jspecify.annotations.NullMarked;
