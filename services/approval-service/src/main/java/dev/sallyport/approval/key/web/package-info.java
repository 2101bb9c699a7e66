/** The keys of the caller, over HTTP. */
@NullMarked
package dev.sallyport.approval.key.web;

import org.jspecify.annotations.NullMarked;
