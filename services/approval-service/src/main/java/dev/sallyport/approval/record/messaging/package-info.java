/** Requests in, answers out: the statements about approval records. */
@NullMarked
package dev.sallyport.approval.record.messaging;

import org.jspecify.annotations.NullMarked;
