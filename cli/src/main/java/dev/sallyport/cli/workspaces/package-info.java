/** {@code sallyport workspaces}: the tenants of the fleet. */
@NullMarked
package dev.sallyport.cli.workspaces;

import org.jspecify.annotations.NullMarked;
