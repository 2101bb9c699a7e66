/** Skills: signed packages of WebAssembly tools, and the words that everything about them uses. */
@NullMarked
package dev.sallyport.skills;

import org.jspecify.annotations.NullMarked;
