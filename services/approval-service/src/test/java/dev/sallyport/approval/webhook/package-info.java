/** Tests of webhooks against servers that the tests start. */
@NullMarked
package dev.sallyport.approval.webhook;

import org.jspecify.annotations.NullMarked;
