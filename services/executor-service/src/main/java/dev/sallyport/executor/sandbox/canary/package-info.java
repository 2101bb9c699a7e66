/** What a doctor runs in a sandbox, made of programs that the system itself comes with. */
@NullMarked
package dev.sallyport.executor.sandbox.canary;

import org.jspecify.annotations.NullMarked;
