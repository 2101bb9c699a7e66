/** Records: a statement's envelope with the certificates, evidence and details that travel beside it. */
@NullMarked
package dev.sallyport.statements.record;

import org.jspecify.annotations.NullMarked;
