/** Join tokens over HTTP. */
@NullMarked
package dev.sallyport.vault.join.web;

import org.jspecify.annotations.NullMarked;
