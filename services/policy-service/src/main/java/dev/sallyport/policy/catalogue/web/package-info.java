/** Tools and configuration over HTTP. */
@NullMarked
package dev.sallyport.policy.catalogue.web;

import org.jspecify.annotations.NullMarked;
