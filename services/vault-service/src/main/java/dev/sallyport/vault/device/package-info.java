/** Devices and agents: how they get their first certificate by pairing, and how they lose it. */
@NullMarked
package dev.sallyport.vault.device;

import org.jspecify.annotations.NullMarked;
