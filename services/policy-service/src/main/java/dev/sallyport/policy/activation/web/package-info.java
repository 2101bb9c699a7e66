/** Policy sets over HTTP. */
@NullMarked
package dev.sallyport.policy.activation.web;

import org.jspecify.annotations.NullMarked;
