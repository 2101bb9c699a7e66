/** Access over HTTP. */
@NullMarked
package dev.sallyport.policy.access.web;

import org.jspecify.annotations.NullMarked;
