/** OpenID AuthZEN Authorization API 1.0 over HTTP. */
@NullMarked
package dev.sallyport.policy.authzen.web;

import org.jspecify.annotations.NullMarked;
