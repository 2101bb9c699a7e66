package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.RehearsalEngine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process in which uploaded sets are tried. It has no credential, no database and no other file of the service. It
 * reads sets from standard input, each with its length before it, checks each whole, and answers each with one byte; what
 * is wrong with a set, the service finds again by itself. It ends with its standard input.
 */
public final class TrialMain {
    /** The argument that makes the service's program this process. */
    public static final String ARGUMENT = "--try-policy-sets";

    /** It can be asked. */
    static final int READY = 'R';

    /** The set was checked to the end. */
    static final int DONE = 'D';

    private static final int LARGEST = 8 << 20;
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final long BUSY = Long.MIN_VALUE;
    private static final TypeReference<TreeMap<String, String>> FILES = new TypeReference<>() {};

    private TrialMain() {}

    /** Serves until standard input ends. */
    public static void run() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        // Nothing else may write where the answers go: a logger would.
        System.setOut(System.err);
        try (DataOutputStream answers = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
                DataInputStream sets = new DataInputStream(System.in);
                RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = PolicySetCheck.withoutTrial(rehearsals)) {
            check.check(SetDocument.NONE);
            AtomicLong waitingSince = new AtomicLong(System.nanoTime());
            endWhenIdle(waitingSince);
            answers.write(READY);
            for (int length = next(sets); length >= 0; length = next(sets)) {
                waitingSince.set(BUSY);
                if (length > LARGEST) {
                    throw new IOException("a set is longer than any");
                }
                SortedMap<String, String> files = json.readValue(sets.readNBytes(length), FILES);
                check.check(new SetDocument(files));
                waitingSince.set(System.nanoTime());
                answers.write(DONE);
            }
        }
    }

    /** Ends this process when nobody has asked it for a while: it holds memory, and the next set starts another one. */
    private static void endWhenIdle(AtomicLong waitingSince) {
        Thread.ofPlatform().daemon().name("idle").start(() -> {
            for (long since = waitingSince.get();
                    since == BUSY || System.nanoTime() - since <= IDLE.toNanos();
                    since = waitingSince.get()) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
            Runtime.getRuntime().halt(0);
        });
    }

    private static int next(DataInputStream sets) throws IOException {
        try {
            return sets.readInt();
        } catch (EOFException _) {
            return -1;
        }
    }
}
