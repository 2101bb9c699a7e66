/** Tests of what the pages of all services share. */
@NullMarked
package dev.sallyport.pages;

import org.jspecify.annotations.NullMarked;
