/** The tools that a workspace registers for itself: programs of the nodes, each with a template of its arguments. */
@NullMarked
package dev.sallyport.policy.catalogue.own;

import org.jspecify.annotations.NullMarked;
