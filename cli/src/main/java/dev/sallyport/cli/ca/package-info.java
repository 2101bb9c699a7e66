/** The fleet's certificate authorities, made and renewed offline. */
@NullMarked
package dev.sallyport.cli.ca;

import org.jspecify.annotations.NullMarked;
