@NullMarked
package dev.sallyport.executor.egress.http;

import org.jspecify.annotations.NullMarked;
