/** Who belongs to the workspace. */
@NullMarked
package dev.sallyport.cli.members;

import org.jspecify.annotations.NullMarked;
