/** What approval-service states about people's keys. */
@NullMarked
package dev.sallyport.policy.approver.messaging;

import org.jspecify.annotations.NullMarked;
