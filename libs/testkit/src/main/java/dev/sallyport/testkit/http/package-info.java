/** Hostile requests to a service under test, and a collector for the telemetry that it sends. */
@NullMarked
package dev.sallyport.testkit.http;

import org.jspecify.annotations.NullMarked;
