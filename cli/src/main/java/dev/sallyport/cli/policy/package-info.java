/** Policy sets: checked, uploaded, put in force, and rolled back. */
@NullMarked
package dev.sallyport.cli.policy;

import org.jspecify.annotations.NullMarked;
