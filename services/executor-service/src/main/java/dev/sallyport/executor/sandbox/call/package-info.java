/** What every call in a sandbox needs whatever its platform: its output, deadline, quotas and end. */
@NullMarked
package dev.sallyport.executor.sandbox.call;

import org.jspecify.annotations.NullMarked;
