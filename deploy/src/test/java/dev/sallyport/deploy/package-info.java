/** Manifests and container files, held against what they promise. */
@NullMarked
package dev.sallyport.deploy;

import org.jspecify.annotations.NullMarked;
