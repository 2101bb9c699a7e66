/** Grants over REST. */
@NullMarked
package dev.sallyport.approval.grant.web;

import org.jspecify.annotations.NullMarked;
