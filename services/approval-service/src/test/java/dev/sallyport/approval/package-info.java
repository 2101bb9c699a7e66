/** Tests of the service as a whole. */
@NullMarked
package dev.sallyport.approval;

import org.jspecify.annotations.NullMarked;
