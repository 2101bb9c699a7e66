/** Tests of the packages of skills. */
@NullMarked
package dev.sallyport.skills;

import org.jspecify.annotations.NullMarked;
