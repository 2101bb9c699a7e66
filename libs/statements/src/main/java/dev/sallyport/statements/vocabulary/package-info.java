/** The closed vocabularies of statements, each constant with its name in JSON: outcomes, events, tiers, roles, scopes. */
@NullMarked
package dev.sallyport.statements.vocabulary;

import org.jspecify.annotations.NullMarked;
