/** The second word about the keys that people sign answers with. */
@NullMarked
package dev.sallyport.policy.approver;

import org.jspecify.annotations.NullMarked;
