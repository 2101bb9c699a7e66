/** The tools of skills in the catalogue, as executor control publishes them. */
@NullMarked
package dev.sallyport.policy.catalogue.skill;

import org.jspecify.annotations.NullMarked;
