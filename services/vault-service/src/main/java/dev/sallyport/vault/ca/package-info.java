/** Certificates issued from requests while the fleet runs. */
@NullMarked
package dev.sallyport.vault.ca;

import org.jspecify.annotations.NullMarked;
