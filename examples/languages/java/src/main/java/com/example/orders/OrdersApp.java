package com.example.orders;

import io.github.cdkmanagedsecrets.SecretsReview;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;

/** The secrets of the orders service, in Java: the same app as {@code ../typescript/app.ts}, with the same templates. */
public final class OrdersApp {
    private OrdersApp() {
    }

    public static void main(final String[] arguments) {
        final App app = new App();
        new OrdersSecretsStack(app, "orders-secrets", StackProps.builder()
            .env(Environment.builder().account("111122223333").region("eu-west-1").build())
            .build());
        Aspects.of(app).add(new DataClassification());
        Validations.of(app).addPlugins(new SecretsReview(), new RoomToGrow());
        app.synth();
    }
}
