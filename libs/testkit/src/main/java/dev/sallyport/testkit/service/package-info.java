/** A service under test, running with its identity, database and topics, and Kafka as its neighbours see it. */
@NullMarked
package dev.sallyport.testkit.service;

import org.jspecify.annotations.NullMarked;
