/** What a grant answers, and what ends it. */
@NullMarked
package dev.sallyport.approval.grant;

import org.jspecify.annotations.NullMarked;
