/** What a human is shown before answering: written by policy-service, read and rendered by approval-service. */
@NullMarked
package dev.sallyport.statements.prompt;

import org.jspecify.annotations.NullMarked;
