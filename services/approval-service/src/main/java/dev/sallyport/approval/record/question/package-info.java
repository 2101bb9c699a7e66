/** What was asked: the values of a signed request that a record keeps in its row. */
@NullMarked
package dev.sallyport.approval.record.question;

import org.jspecify.annotations.NullMarked;
