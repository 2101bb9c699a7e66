/** Executor control over HTTP: nodes, policy-service, operators. */
@NullMarked
package dev.sallyport.executor.control.web;

import org.jspecify.annotations.NullMarked;
