/** Tests of the pages in a real browser. */
@NullMarked
package dev.sallyport.approval.console;

import org.jspecify.annotations.NullMarked;
