/** The keys that people sign answers with, as policy-service knows them. */
@NullMarked
package dev.sallyport.policy.access.key;

import org.jspecify.annotations.NullMarked;
