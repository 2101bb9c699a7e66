package dev.sallyport.e2e.harness;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One running fleet for all test classes that ask for it as a parameter: started for the first, stopped after the last.
 * They leave it as usable as they found it.
 */
public final class SharedFleet implements BeforeAllCallback, ParameterResolver {
    private record Running(Fleet fleet) implements AutoCloseable {
        @Override
        public void close() {
            fleet.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Fleet.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running(context);
    }

    private static Fleet running(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedFleet.class))
                .computeIfAbsent(Running.class, key -> new Running(Fleet.start(Fleet.newHome())), Running.class)
                .fleet();
    }
}
