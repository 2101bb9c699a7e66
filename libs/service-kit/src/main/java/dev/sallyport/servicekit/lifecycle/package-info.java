/** Work that goes on beside the requests for as long as the service runs. */
@NullMarked
package dev.sallyport.servicekit.lifecycle;

import org.jspecify.annotations.NullMarked;
