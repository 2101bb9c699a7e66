/** Pages under test: a real browser, and one reduced to its cookies and forms. */
@NullMarked
package dev.sallyport.pagetest;

import org.jspecify.annotations.NullMarked;
