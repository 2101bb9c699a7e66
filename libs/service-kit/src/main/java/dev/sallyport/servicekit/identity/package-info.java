/** The workload's own identity: its files, its TLS material and the clients that use it. */
@NullMarked
package dev.sallyport.servicekit.identity;

import org.jspecify.annotations.NullMarked;
