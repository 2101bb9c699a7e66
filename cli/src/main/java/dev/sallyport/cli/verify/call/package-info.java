/** Whether the statements about one call agree: permit, answer, execution and end. */
@NullMarked
package dev.sallyport.cli.verify.call;

import org.jspecify.annotations.NullMarked;
