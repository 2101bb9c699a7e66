/** Who may do what: workspaces, memberships and roles, tokens, devices, sign-in links. */
@NullMarked
package dev.sallyport.policy.access;

import org.jspecify.annotations.NullMarked;
