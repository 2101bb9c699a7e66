/** The service under test as its neighbours meet it. */
@NullMarked
package dev.sallyport.policy.app;

import org.jspecify.annotations.NullMarked;
