/** Tests of the rules for arguments. */
@NullMarked
package dev.sallyport.arguments;

import org.jspecify.annotations.NullMarked;
