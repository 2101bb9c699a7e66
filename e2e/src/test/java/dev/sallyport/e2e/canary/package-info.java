/** Plants secrets and searches every place where they must not turn up. */
@NullMarked
package dev.sallyport.e2e.canary;

import org.jspecify.annotations.NullMarked;
