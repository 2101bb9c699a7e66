package dev.sallyport.cli.verify.report;

import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.story.Told;
import dev.sallyport.statements.verify.VerifiedStatement;

/**
 * A statement of a bundle whose own checks all hold.
 *
 * @param index place in the log
 * @param call whether it is listed as about the call
 * @param verified what was verified
 */
public record CheckedStatement(long index, boolean call, VerifiedStatement verified) {
    public Statement statement() {
        return verified.statement();
    }

    /** The statement as the story of its call has it. */
    public Told told() {
        return new Told(index, verified.digest(), statement());
    }

    /** For people: index and type, with the event of an audit statement. */
    public String name() {
        String type = statement().type().shortName();
        return statement().predicate() instanceof Audit audit
                ? index + " " + type + " " + audit.event().wire()
                : index + " " + type;
    }
}
