/** Sample calls, signed as a fleet signs them; other modules' tests take them from this module's test-jar. */
@NullMarked
package dev.sallyport.statements.sample;

import org.jspecify.annotations.NullMarked;
