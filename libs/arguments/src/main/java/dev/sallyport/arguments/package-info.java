/** What the arguments of a program may name: the same rules for the service that decides and the node that runs. */
@NullMarked
package dev.sallyport.arguments;

import org.jspecify.annotations.NullMarked;
