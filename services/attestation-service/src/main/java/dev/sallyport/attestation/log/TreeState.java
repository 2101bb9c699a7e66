package dev.sallyport.attestation.log;

import dev.sallyport.tlog.TreeHash;

/**
 * The state of the tree in the database.
 *
 * @param size number of leaves
 * @param root root over them
 * @param epoch counts the changes; with the size it decides who may write
 */
record TreeState(long size, TreeHash root, long epoch) {}
