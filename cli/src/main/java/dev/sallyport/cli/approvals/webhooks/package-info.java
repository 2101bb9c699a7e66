/** Where a workspace's news about approvals are sent to. */
@NullMarked
package dev.sallyport.cli.approvals.webhooks;

import org.jspecify.annotations.NullMarked;
