/** approval-service: asks humans. */
@NullMarked
package dev.sallyport.approval;

import org.jspecify.annotations.NullMarked;
