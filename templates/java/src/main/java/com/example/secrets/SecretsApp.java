package com.example.secrets;

import io.github.cdkmanagedsecrets.SecretsReview;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Validations;

public final class SecretsApp {
    private SecretsApp() {
    }

    public static void main(final String[] arguments) {
        final App app = new App();
        new SecretsStack(app, "OrdersSecrets");
        Validations.of(app).addPlugins(new SecretsReview());
        app.synth();
    }
}
