/** The broker's side of TLS: certificates that are renewed while it runs, and peers whose certificates are revoked. */
@NullMarked
package dev.sallyport.embedded.tls;

import org.jspecify.annotations.NullMarked;
