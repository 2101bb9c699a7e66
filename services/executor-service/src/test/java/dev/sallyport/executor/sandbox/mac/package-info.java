@NullMarked
package dev.sallyport.executor.sandbox.mac;

import org.jspecify.annotations.NullMarked;
