/** Policy sets as files: guards before any native parse, compilation into snapshots, the shipped baseline. */
@NullMarked
package dev.sallyport.policy.policyset;

import org.jspecify.annotations.NullMarked;
