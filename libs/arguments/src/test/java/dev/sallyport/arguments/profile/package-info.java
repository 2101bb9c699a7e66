/** Tests of the profiles against the programs themselves. */
@NullMarked
package dev.sallyport.arguments.profile;

import org.jspecify.annotations.NullMarked;
