/** The settings named {@code sallyport.*}: a name that nobody knows stops the start. */
@NullMarked
package dev.sallyport.servicekit.settings;

import org.jspecify.annotations.NullMarked;
