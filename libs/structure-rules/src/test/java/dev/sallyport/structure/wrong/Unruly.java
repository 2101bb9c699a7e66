package dev.sallyport.structure.wrong;

import dev.sallyport.structure.wrong.web.UnrulyController;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A domain type that knows the web, names its logger otherwise and shouts at the database. */
public class Unruly {

    private static final Logger LOG = LoggerFactory.getLogger(Unruly.class);
    static final String SQL = "SELECT name FROM person";

    static void ask(UnrulyController controller) {
        LOG.info("{} {}", SQL, controller);
    }
}
