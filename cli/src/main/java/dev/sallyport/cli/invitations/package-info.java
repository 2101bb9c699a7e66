/** {@code sallyport invitations}: people whom two let in together. */
@NullMarked
package dev.sallyport.cli.invitations;

import org.jspecify.annotations.NullMarked;
