/** JSON Schemas of what tools of skills take and give. */
@NullMarked
package dev.sallyport.skills.schema;

import org.jspecify.annotations.NullMarked;
