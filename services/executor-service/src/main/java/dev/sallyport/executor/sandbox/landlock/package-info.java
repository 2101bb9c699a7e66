/** Landlock rulesets (landlock(7)) as data, for each version of the kernel's interface. */
@NullMarked
package dev.sallyport.executor.sandbox.landlock;

import org.jspecify.annotations.NullMarked;
