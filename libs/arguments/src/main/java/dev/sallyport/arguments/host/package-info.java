/** Hosts on the network: their one name, the rules that admit them, and the addresses that nothing may reach. */
@NullMarked
package dev.sallyport.arguments.host;

import org.jspecify.annotations.NullMarked;
