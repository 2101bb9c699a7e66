/** What the argument profiles of programs make of a folder of calls. */
@NullMarked
package dev.sallyport.bench.profiles;

import org.jspecify.annotations.NullMarked;
