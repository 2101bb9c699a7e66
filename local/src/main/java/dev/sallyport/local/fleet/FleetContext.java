package dev.sallyport.local.fleet;

import dev.sallyport.local.home.FleetHome;
import dev.sallyport.local.home.FleetPorts;
import dev.sallyport.local.home.PartUsers;

/**
 * What every part's start needs.
 *
 * @param home the fleet's folder
 * @param users whom parts run as
 * @param ports where they listen
 * @param programs the jars
 * @param recording whether JVMs write AOT caches when they end; else they use those that there are
 */
public record FleetContext(FleetHome home, PartUsers users, FleetPorts ports, Programs programs, boolean recording) {}
