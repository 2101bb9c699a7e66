/**
 * What the fleet shows once it is up: the first workspace, the main job on real input, the unattended demonstration.
 */
@NullMarked
package dev.sallyport.local.show;

import org.jspecify.annotations.NullMarked;
