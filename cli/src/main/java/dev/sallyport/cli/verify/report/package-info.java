/** Claims about a call, the verdicts on them, and the story that they tell. */
@NullMarked
package dev.sallyport.cli.verify.report;

import org.jspecify.annotations.NullMarked;
