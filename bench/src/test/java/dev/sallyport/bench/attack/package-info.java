@NullMarked
package dev.sallyport.bench.attack;

import org.jspecify.annotations.NullMarked;
