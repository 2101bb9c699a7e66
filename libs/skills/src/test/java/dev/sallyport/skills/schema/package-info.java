/** Tests of what is in the package of the same name. */
@NullMarked
package dev.sallyport.skills.schema;

import org.jspecify.annotations.NullMarked;
