package dev.sallyport.executor.sandbox;

/**
 * What came of a harmless program that tries one promise of a sandbox.
 *
 * @param promise what it tries
 * @param expected what it comes to where the promise holds
 * @param observed what it came to
 * @param control whether the same works without a sandbox: only then does its failure show anything
 * @param holds whether it came as expected and left no process
 */
public record AttackResult(String promise, String expected, String observed, boolean control, boolean holds) {}
