/** Approval records: what was asked of humans, who may answer, what they answered, and that it counts once. */
@NullMarked
package dev.sallyport.approval.record;

import org.jspecify.annotations.NullMarked;
