/** What happens to records without a request from outside: they time out, their prompts are forgotten, they are counted. */
@NullMarked
package dev.sallyport.approval.record.upkeep;

import org.jspecify.annotations.NullMarked;
