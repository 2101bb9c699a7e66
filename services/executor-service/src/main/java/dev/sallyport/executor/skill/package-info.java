/** The modules of skills on a node: fetched by their digests, compiled once, kept in memory. */
@NullMarked
package dev.sallyport.executor.skill;

import org.jspecify.annotations.NullMarked;
