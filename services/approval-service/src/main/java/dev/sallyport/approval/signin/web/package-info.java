/** The fleet's question whose session a cookie is. */
@NullMarked
package dev.sallyport.approval.signin.web;

import org.jspecify.annotations.NullMarked;
