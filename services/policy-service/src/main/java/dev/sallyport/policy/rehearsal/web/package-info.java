/** What policies would decide, over HTTP. */
@NullMarked
package dev.sallyport.policy.rehearsal.web;

import org.jspecify.annotations.NullMarked;
