package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException;
import java.security.MessageDigest;

/** Keys wrapped by a key management service. */
final class KmsKeyProtector implements KeyProtector {
    private final KeyService service;

    /** With the service and the key that it was set up with. */
    public KmsKeyProtector(KeyService service) {
        this.service = service;
    }

    @Override
    public String id() {
        return "kms";
    }

    @Override
    public Availability probe() {
        byte[] sample = AesGcm.randomKey();
        byte[] context = {1};
        try {
            if (!(service.state() instanceof Availability.Available)) {
                return service.state();
            }
            return MessageDigest.isEqual(sample, unwrap(wrap(sample, context), context))
                    ? new Availability.Available()
                    : new Availability.Absent("the service does not give back what it encrypted");
        } catch (IdentityException e) {
            return new Availability.Absent(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public byte[] wrap(byte[] key, byte[] context) {
        return service.encrypt(key, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
        return service.decrypt(wrapped, context);
    }
}
