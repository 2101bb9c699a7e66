/** The fleet's certificates, as vault-service has issued them. */
@NullMarked
package dev.sallyport.cli.certificates;

import org.jspecify.annotations.NullMarked;
