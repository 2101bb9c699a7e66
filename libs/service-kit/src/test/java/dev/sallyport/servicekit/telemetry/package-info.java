@NullMarked
package dev.sallyport.servicekit.telemetry;

import org.jspecify.annotations.NullMarked;
