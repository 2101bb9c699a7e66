/** Devices and agents with certificates of their own: how they pair, and how they end. */
@NullMarked
package dev.sallyport.cli.devices;

import org.jspecify.annotations.NullMarked;
