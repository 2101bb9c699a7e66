@NullMarked
package dev.sallyport.executor.egress;

import org.jspecify.annotations.NullMarked;
