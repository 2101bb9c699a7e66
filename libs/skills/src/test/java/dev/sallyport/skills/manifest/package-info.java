/** Tests of what is in the package of the same name. */
@NullMarked
package dev.sallyport.skills.manifest;

import org.jspecify.annotations.NullMarked;
