/** What a sandbox must guarantee for one call, and how a call in it ends: the same words for every platform. */
@NullMarked
package dev.sallyport.executor.sandbox;

import org.jspecify.annotations.NullMarked;
