/** The rules on packages, layers, visibility and handwriting that every module's StructureTest checks. */
@NullMarked
package dev.sallyport.structure;

import org.jspecify.annotations.NullMarked;
