/** Text from outside, drawn so that nothing in it hides or poses as something else. */
@NullMarked
package dev.sallyport.pages.text;

import org.jspecify.annotations.NullMarked;
