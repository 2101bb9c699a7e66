/** What policy-service learns about skills from executor control. */
@NullMarked
package dev.sallyport.policy.catalogue.skill.messaging;

import org.jspecify.annotations.NullMarked;
