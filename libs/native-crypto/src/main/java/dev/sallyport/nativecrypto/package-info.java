/** Cryptography in native code for programs that live long. */
@NullMarked
package dev.sallyport.nativecrypto;

import org.jspecify.annotations.NullMarked;
