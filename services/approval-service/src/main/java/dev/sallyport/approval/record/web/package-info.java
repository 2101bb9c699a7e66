/** Approval records over REST, and the stream of their changes. */
@NullMarked
package dev.sallyport.approval.record.web;

import org.jspecify.annotations.NullMarked;
