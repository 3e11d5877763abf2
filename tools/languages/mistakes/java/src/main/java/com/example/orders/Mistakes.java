package com.example.orders;

import io.github.cdkmanagedsecrets.ManagedSecret;
import io.github.cdkmanagedsecrets.SecretNamespace;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;

/** Wrong calls, each in an app of its own, and what the user sees. The compiler takes no object of another class. */
public final class Mistakes {
    private Mistakes() {
    }

    public static void main(final String[] arguments) {
        final Map<String, Consumer<Stack>> mistakes = new LinkedHashMap<>();
        mistakes.put("a required prop is left out", stack -> SecretNamespace.Builder.create(stack, "Secrets").environment("prod").build());
        mistakes.put("a required prop is null", stack -> namespace(stack).service(null).build());
        mistakes.put("a text has the wrong form", stack -> namespace(stack).environment("prod/eu").build());
        mistakes.put("an optional prop is null", stack -> namespace(stack).encryption(null).build());
        mistakes.put("an element of a list is null", stack -> namespace(stack).guardRails(Collections.singletonList(null)).build());
        mistakes.put("no namespace in the scope", stack -> ManagedSecret.Builder.create(stack, "Secret").purpose("api-key").build());
        mistakes.forEach((mistake, make) -> System.out.println(mistake + "\t" + seen(make)));
    }

    private static SecretNamespace.Builder namespace(final Stack stack) {
        return SecretNamespace.Builder.create(stack, "Secrets").environment("prod").service("orders");
    }

    private static String seen(final Consumer<Stack> make) {
        try {
            make.accept(new Stack(new App(), "Orders"));
            return "taken";
        } catch (RuntimeException error) {
            return (error.getClass().getSimpleName() + ": " + error.getMessage()).replaceAll("\\s+", " ");
        }
    }
}
