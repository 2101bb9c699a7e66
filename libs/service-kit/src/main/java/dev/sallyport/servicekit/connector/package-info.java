/** The two doors of a service: the internal connector for the fleet and the public one for agents and people. */
@NullMarked
package dev.sallyport.servicekit.connector;

import org.jspecify.annotations.NullMarked;
