/** Tests of text from outside. */
@NullMarked
package dev.sallyport.pages.text;

import org.jspecify.annotations.NullMarked;
