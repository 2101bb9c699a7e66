/** The home folder: whose parts are whose, which ports were chosen, and that only one supervisor uses it. */
@NullMarked
package dev.sallyport.local.home;

import org.jspecify.annotations.NullMarked;
