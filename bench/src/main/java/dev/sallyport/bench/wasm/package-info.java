/** Somebody else's cases of WebAssembly: the official test suite against the scan, the metering and the engine of skills. */
@NullMarked
package dev.sallyport.bench.wasm;

import org.jspecify.annotations.NullMarked;
