/** Tests of the runner of skills: hostile modules, each beside one that behaves. */
@NullMarked
package dev.sallyport.skillrunner;

import org.jspecify.annotations.NullMarked;
