/** Statements about webhooks. */
@NullMarked
package dev.sallyport.approval.webhook.messaging;

import org.jspecify.annotations.NullMarked;
