/** Places in the lists of records. */
@NullMarked
package dev.sallyport.approval.record.page;

import org.jspecify.annotations.NullMarked;
