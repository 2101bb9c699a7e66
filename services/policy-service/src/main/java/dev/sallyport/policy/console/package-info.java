/** The pages for policy authors and admins, as far as they belong to no single part of the service. */
@NullMarked
package dev.sallyport.policy.console;

import org.jspecify.annotations.NullMarked;
