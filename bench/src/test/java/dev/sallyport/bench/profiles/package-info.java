/** Tests of the report on argument profiles. */
@NullMarked
package dev.sallyport.bench.profiles;

import org.jspecify.annotations.NullMarked;
