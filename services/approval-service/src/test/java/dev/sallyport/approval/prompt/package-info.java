/** Tests of what a human is shown. */
@NullMarked
package dev.sallyport.approval.prompt;

import org.jspecify.annotations.NullMarked;
