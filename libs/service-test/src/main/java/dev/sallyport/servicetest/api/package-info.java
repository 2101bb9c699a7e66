/**
 * The OpenAPI documents of the services: written from what a running service maps, held to the checked-in files, and
 * what really is exchanged held to them.
 */
@NullMarked
package dev.sallyport.servicetest.api;

import org.jspecify.annotations.NullMarked;
