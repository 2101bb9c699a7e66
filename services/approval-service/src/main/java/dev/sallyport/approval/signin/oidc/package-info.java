/** Sign-in at an organisation's OpenID provider: for accounts that their people have connected before. */
@NullMarked
package dev.sallyport.approval.signin.oidc;

import org.jspecify.annotations.NullMarked;
