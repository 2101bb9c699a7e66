/** {@code sallyport skills}: packages of skills, made and checked on the author's or operator's own machine. */
@NullMarked
package dev.sallyport.cli.skills;

import org.jspecify.annotations.NullMarked;
