/** What the pages of all services share: their frame, their files, the tokens of their forms, and what goes wrong. */
@NullMarked
package dev.sallyport.pages;

import org.jspecify.annotations.NullMarked;
