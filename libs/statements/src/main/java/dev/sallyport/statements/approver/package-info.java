/** What an approver signs with a key of their own, and how anybody verifies it. */
@NullMarked
package dev.sallyport.statements.approver;

import org.jspecify.annotations.NullMarked;
