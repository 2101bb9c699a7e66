/** Starts a whole fleet and asks it from outside: processes, APIs, certificates, databases, Kafka, a browser. */
@NullMarked
package dev.sallyport.e2e.harness;

import org.jspecify.annotations.NullMarked;
