@NullMarked
package dev.sallyport.servicekit.transaction;

import org.jspecify.annotations.NullMarked;
