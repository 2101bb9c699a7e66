/** What every service of the fleet needs: identity, connectors, permissions, outbox and inbox, problems. */
@NullMarked
package dev.sallyport.servicekit;

import org.jspecify.annotations.NullMarked;
