/** The fleet as its users meet it: real processes, a real browser, real faults. */
@NullMarked
package dev.sallyport.e2e;

import org.jspecify.annotations.NullMarked;
