/** Statements about people's keys. */
@NullMarked
package dev.sallyport.approval.key.messaging;

import org.jspecify.annotations.NullMarked;
