/** Holds every request to what its endpoint admits, by Spring Security's filters. */
@NullMarked
package dev.sallyport.servicekit.security;

import org.jspecify.annotations.NullMarked;
