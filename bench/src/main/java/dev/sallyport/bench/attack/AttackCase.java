package dev.sallyport.bench.attack;

import java.util.List;

/**
 * One attack.
 *
 * @param name unique, as {@code files.read-secret}
 * @param deed what is done; {@code {secret}} and the like in it stand for what there is on {@link AttackedHost}
 * @param effect whether the attack came to something, seen from the host
 * @param expected what a sandbox makes of it
 * @param wallMillis the deadline of the call, in ms
 */
record AttackCase(String name, Deed deed, Effect effect, Expected expected, long wallMillis) {
    /** What is done. */
    sealed interface Deed {
        /**
         * A program in Perl that a tool could be, started in a sandbox as it is: no rule about programs looks at it.
         *
         * @param text of the program
         */
        record Perl(String text) implements Deed {}

        /**
         * A call of {@code process.run} as an agent makes it, which first has to pass the node's rules about programs and
         * arguments.
         *
         * @param program path on the host; its last part is the name that the agent calls it by
         * @param arguments of the program
         * @param stdin what it reads
         */
        record Call(String program, List<String> arguments, String stdin) implements Deed {
            /** The name that an agent calls it by. */
            String name() {
                return program.substring(program.lastIndexOf('/') + 1);
            }
        }
    }

    private static final long WALL_MILLIS = 10_000;

    /** How long the control may take, in ms: one that would end by itself gets time for a busy machine. */
    long controlMillis() {
        return wallMillis == WALL_MILLIS ? 3 * WALL_MILLIS : wallMillis;
    }

    /** What a sandbox makes of an attack. */
    enum Expected {
        /** It comes to nothing. */
        HELD,
        /** It is none: what every tool may do. */
        WORKS
    }

    /** Looks for what an attack has done. */
    @FunctionalInterface
    interface Effect {
        /** Whether it is there. */
        boolean isSeen(AttackedHost host, Attempt attempt) throws Exception;
    }

    static AttackCase held(String name, Effect effect, String program) {
        return new AttackCase(name, new Deed.Perl(program), effect, Expected.HELD, WALL_MILLIS);
    }

    /** One that runs until its deadline. */
    static AttackCase heldFor(String name, long wallMillis, Effect effect, String program) {
        return new AttackCase(name, new Deed.Perl(program), effect, Expected.HELD, wallMillis);
    }

    static AttackCase works(String name, Effect effect, String program) {
        return new AttackCase(name, new Deed.Perl(program), effect, Expected.WORKS, WALL_MILLIS);
    }

    /** A call of a program by an agent. */
    static AttackCase call(String name, Effect effect, Expected expected, Deed.Call call) {
        return new AttackCase(name, call, effect, expected, WALL_MILLIS);
    }

    /** The program itself says so; for what leaves nothing on the host that could be looked at. */
    static Effect said(String word) {
        return (_, attempt) -> attempt.output().contains(word);
    }

    /** All cases. */
    static List<AttackCase> all() {
        return List.of(
                        FileAttacks.all(),
                        HiddenFileAttacks.all(),
                        NetworkAttacks.all(),
                        FamilyAttacks.all(),
                        ProcessAttacks.all(),
                        KernelAttacks.all(),
                        ResourceAttacks.all(),
                        InterpreterAttacks.all(),
                        ArgumentAttacks.all())
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /**
     * The cases whose name begins with one of the words.
     *
     * @param words with commas between them; empty for all cases
     * @throws IllegalArgumentException where a word begins no case's name
     */
    static List<AttackCase> named(String words) {
        List<String> beginnings = List.of(words.split(",", -1));
        List<AttackCase> all = all();
        for (String beginning : beginnings) {
            if (all.stream().noneMatch(each -> each.name().startsWith(beginning))) {
                throw new IllegalArgumentException("No attack's name begins with " + beginning);
            }
        }
        return all.stream()
                .filter(each -> beginnings.stream().anyMatch(each.name()::startsWith))
                .toList();
    }
}
