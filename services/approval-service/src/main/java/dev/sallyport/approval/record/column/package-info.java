/** How values of statements and records are stored in columns. JPA applies these converters by type. */
@NullMarked
package dev.sallyport.approval.record.column;

import org.jspecify.annotations.NullMarked;
