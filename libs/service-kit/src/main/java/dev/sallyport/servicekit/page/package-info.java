/** Lists, as every service answers them: {@code {items, next}}, asked for with {@code limit} and {@code after}. */
@NullMarked
package dev.sallyport.servicekit.page;

import org.jspecify.annotations.NullMarked;
