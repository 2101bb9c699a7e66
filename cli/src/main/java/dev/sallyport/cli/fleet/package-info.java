/** Where the fleet is, who we are to it, and how it is asked. */
@NullMarked
package dev.sallyport.cli.fleet;

import org.jspecify.annotations.NullMarked;
