/** What a cluster's Service does, on one machine: one address for several replicas. */
@NullMarked
package dev.sallyport.local.balance;

import org.jspecify.annotations.NullMarked;
