/** A command as a user runs it, a server in place of a service, a fleet's keys. */
@NullMarked
package dev.sallyport.cli.harness;

import org.jspecify.annotations.NullMarked;
