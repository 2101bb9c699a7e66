/** What executor control tells about skills. */
@NullMarked
package dev.sallyport.statements.skill;

import org.jspecify.annotations.NullMarked;
