/** Tests of what calls need on every platform. */
@NullMarked
package dev.sallyport.executor.sandbox.call;

import org.jspecify.annotations.NullMarked;
