/** Devices and pairing over HTTP. */
@NullMarked
package dev.sallyport.vault.device.web;

import org.jspecify.annotations.NullMarked;
