/** Identities of workloads: certificates and keys on disk, and the rules by which a certificate is accepted. */
@NullMarked
package dev.sallyport.identity;

import org.jspecify.annotations.NullMarked;
