/** The trace of a call across services, and its proposal id in every log line. */
@NullMarked
package dev.sallyport.servicekit.telemetry;

import org.jspecify.annotations.NullMarked;
