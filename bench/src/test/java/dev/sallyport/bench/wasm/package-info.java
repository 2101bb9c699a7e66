@NullMarked
package dev.sallyport.bench.wasm;

import org.jspecify.annotations.NullMarked;
