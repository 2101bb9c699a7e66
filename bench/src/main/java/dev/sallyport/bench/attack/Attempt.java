package dev.sallyport.bench.attack;

/**
 * One run of an attack, in a sandbox or without one.
 *
 * @param mark a word among the arguments of all its processes, which no other has
 * @param output what it wrote
 */
record Attempt(String mark, String output) {}
