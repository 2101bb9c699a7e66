/** What a human is shown: hostile text made visible, and the sections of a request in a fixed order. */
@NullMarked
package dev.sallyport.approval.prompt;

import org.jspecify.annotations.NullMarked;
