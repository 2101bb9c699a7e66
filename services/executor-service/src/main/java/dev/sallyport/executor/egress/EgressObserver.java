package dev.sallyport.executor.egress;

import dev.sallyport.executor.egress.EgressRefusedException.Reason;

/** Is told what all calls of a node together do on the network. */
public interface EgressObserver {
    /** Nobody looks. */
    EgressObserver NONE = new EgressObserver() {
        @Override
        public void reached() {
            // Nobody looks.
        }

        @Override
        public void moved(long sent, long received) {
            // Nobody looks.
        }

        @Override
        public void refused(Reason reason) {
            // Nobody looks.
        }
    };

    /** A connection to a host. */
    void reached();

    /** Bytes over such connections. */
    void moved(long sent, long received);

    /** A connection or a request that was not let through. */
    void refused(Reason reason);
}
