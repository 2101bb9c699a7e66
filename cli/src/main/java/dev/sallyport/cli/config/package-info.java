/** The workspace's tool configuration, and what waits for a second person. */
@NullMarked
package dev.sallyport.cli.config;

import org.jspecify.annotations.NullMarked;
