/** What stands behind the host functions of a call: files, values, and the record of what was read. */
@NullMarked
package dev.sallyport.skillrunner.host;

import org.jspecify.annotations.NullMarked;
