/** Skills over HTTP: operators install and decide, nodes fetch packages. */
@NullMarked
package dev.sallyport.executor.control.skill.web;

import org.jspecify.annotations.NullMarked;
