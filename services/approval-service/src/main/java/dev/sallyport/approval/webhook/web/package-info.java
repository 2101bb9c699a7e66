/** Webhooks over REST. */
@NullMarked
package dev.sallyport.approval.webhook.web;

import org.jspecify.annotations.NullMarked;
