/** Who a workload is: its certificates and keys on disk, and the rules by which a certificate is believed. */
@NullMarked
package dev.sallyport.identity;

import org.jspecify.annotations.NullMarked;
