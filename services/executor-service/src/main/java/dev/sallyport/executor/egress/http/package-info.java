/** HTTP/1.1 between a tool and a server: read strictly, so that both sides and this one see the same message. */
@NullMarked
package dev.sallyport.executor.egress.http;

import org.jspecify.annotations.NullMarked;
