/** The denylist over HTTP. */
@NullMarked
package dev.sallyport.vault.denylist.web;

import org.jspecify.annotations.NullMarked;
