@NullMarked
package dev.sallyport.skilltest;

import org.jspecify.annotations.NullMarked;
