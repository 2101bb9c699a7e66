/** The main job as an agent, an approver and an auditor meet it. */
@NullMarked
package dev.sallyport.e2e.journey;

import org.jspecify.annotations.NullMarked;
