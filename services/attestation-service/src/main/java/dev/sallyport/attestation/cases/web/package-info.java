/** Cases and bundles over HTTP. */
@NullMarked
package dev.sallyport.attestation.cases.web;

import org.jspecify.annotations.NullMarked;
