/** {@code sallyport skills}: packages of skills, made and checked on one's own machine, and their life in the fleet. */
@NullMarked
package dev.sallyport.cli.skills;

import org.jspecify.annotations.NullMarked;
