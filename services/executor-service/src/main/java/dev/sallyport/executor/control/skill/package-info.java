/** Skills at executor control: packages, publishers' keys, and which versions may run. */
@NullMarked
package dev.sallyport.executor.control.skill;

import org.jspecify.annotations.NullMarked;
