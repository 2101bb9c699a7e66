/** Who answers, with what, and why an answer may not count. */
@NullMarked
package dev.sallyport.approval.record.answer;

import org.jspecify.annotations.NullMarked;
