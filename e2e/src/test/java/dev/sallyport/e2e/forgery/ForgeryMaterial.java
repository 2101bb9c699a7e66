package dev.sallyport.e2e.forgery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.e2e.forgery.FalseStatements.Name;
import dev.sallyport.identity.Credential;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.Forger;
import java.util.List;

/**
 * What a forgery is made of.
 *
 * @param type whose topic it goes to
 * @param genuine a record of that topic, about a call that has ended
 * @param other a record of another topic
 * @param lies about the call that waits
 * @param expired a key of the right role whose certificate has expired, before the call that waits was proposed
 * @param revoked a key of the right role whose certificate was revoked
 */
record ForgeryMaterial(
        StatementType type,
        StatementRecord genuine,
        StatementRecord other,
        FalseStatements lies,
        FleetKeys keys,
        Credential expired,
        Credential revoked) {
    /** Whose it is to say. */
    String issuer() {
        return Forgery.issuerOf(type);
    }

    Name now(SpiffeId by) {
        return Name.now(by, keys.fleetId());
    }

    /** The lie in the name of the one whose it is to say, signed by somebody. */
    byte[] lie(Forger key) {
        return lies.record(type, now(keys.id(issuer())), key);
    }

    byte[] lie(Name name, Forger key) {
        return lies.record(type, name, key);
    }

    /** The lie with another signature and other certificates than its own. */
    byte[] lieWith(byte[] signature, List<String> certificates) {
        try {
            StatementRecord lie = StatementRecord.parse(lie(keys.stolen(issuer())));
            Envelope envelope = lie.signed().envelope();
            return new StatementRecord(
                            new SignedStatement(
                                    new Envelope(envelope.payload(), envelope.keyId(), signature), certificates),
                            lie.evidence(),
                            List.copyOf(lie.details().values()))
                    .encode();
        } catch (StatementRefusedException e) {
            throw new AssertionError(e);
        }
    }

    String text() {
        return new String(genuine.encode(), UTF_8);
    }

    List<Detail> details() {
        return List.copyOf(genuine.details().values());
    }
}
