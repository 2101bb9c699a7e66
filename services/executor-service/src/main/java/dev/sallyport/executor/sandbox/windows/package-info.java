/**
 * Sandboxes on Windows: an app container without capabilities, a restricted token and a job, by the functions of kernel32,
 * advapi32 and userenv. What is called, and with which structures, is data that can be looked at on any system.
 */
@NullMarked
package dev.sallyport.executor.sandbox.windows;

import org.jspecify.annotations.NullMarked;
