/** The package of a skill: one archive with one encoding, its signature, its publisher and its versions. */
@NullMarked
package dev.sallyport.skills.pack;

import org.jspecify.annotations.NullMarked;
