/** The OpenAPI document of a service, as it is served. */
@NullMarked
package dev.sallyport.servicekit.openapi;

import org.jspecify.annotations.NullMarked;
