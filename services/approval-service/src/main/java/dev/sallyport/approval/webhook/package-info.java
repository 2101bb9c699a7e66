/** Webhooks: a workspace's news about approvals, sent to addresses outside. They tell and link; they never decide. */
@NullMarked
package dev.sallyport.approval.webhook;

import org.jspecify.annotations.NullMarked;
