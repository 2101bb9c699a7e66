/** policy-service: decides tool proposals. */
@NullMarked
package dev.sallyport.policy;

import org.jspecify.annotations.NullMarked;
