/** The in-toto Statement v1 (https://github.com/in-toto/attestation): its canonical bytes, its schemas, what is refused. */
@NullMarked
package dev.sallyport.statements.intoto;

import org.jspecify.annotations.NullMarked;
