/** Certificates over HTTP. */
@NullMarked
package dev.sallyport.vault.ca.web;

import org.jspecify.annotations.NullMarked;
