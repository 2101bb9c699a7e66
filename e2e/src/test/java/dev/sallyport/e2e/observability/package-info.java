/** Metrics, logs, alarms and dashboards against a running fleet. */
@NullMarked
package dev.sallyport.e2e.observability;

import org.jspecify.annotations.NullMarked;
