/** Statements about grants. */
@NullMarked
package dev.sallyport.approval.grant.messaging;

import org.jspecify.annotations.NullMarked;
