/** What each program may be given, as data: from its arguments follows what a call does. */
@NullMarked
package dev.sallyport.arguments.profile;

import org.jspecify.annotations.NullMarked;
