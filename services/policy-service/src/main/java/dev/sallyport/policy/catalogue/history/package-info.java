/** The versions that a workspace's configuration has had. */
@NullMarked
package dev.sallyport.policy.catalogue.history;

import org.jspecify.annotations.NullMarked;
