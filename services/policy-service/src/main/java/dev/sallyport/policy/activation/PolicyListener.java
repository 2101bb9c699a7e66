package dev.sallyport.policy.activation;

/** Acts on another set of policies. Declare it as a bean. */
@FunctionalInterface
public interface PolicyListener {
    /** Another set decides from now on. Runs in the transaction that makes it so. */
    void policyChanged();
}
