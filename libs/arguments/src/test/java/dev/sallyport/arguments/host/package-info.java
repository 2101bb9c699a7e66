@NullMarked
package dev.sallyport.arguments.host;

import org.jspecify.annotations.NullMarked;
