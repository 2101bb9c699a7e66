/** Runs docker-compose.yml with {@code docker run} where there is no compose plugin. */
@NullMarked
package dev.sallyport.deploy.containers;

import org.jspecify.annotations.NullMarked;
