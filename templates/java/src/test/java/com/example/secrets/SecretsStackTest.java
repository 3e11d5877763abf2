package com.example.secrets;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class SecretsStackTest {
    private static final String SECRET = "AWS::SecretsManager::Secret";

    private final Template template = Template.fromStack(new SecretsStack(new App(), "Secrets"));

    @Test
    void eachSecretHasItsNameUnderTheKeyOfTheNamespace() {
        template.resourceCountIs(SECRET, 2);
        for (final String name : List.of("prod/orders/payment-api-key", "prod/orders/session-key")) {
            template.hasResourceProperties(SECRET, Map.of("Name", name, "KmsKeyId", Match.anyValue()));
        }
    }

    @Test
    void secretsAreKeptWhenTheStackIsDeleted() {
        template.allResources(SECRET, Map.of("DeletionPolicy", "RetainExceptOnCreate"));
    }

    @Test
    void oneRoleReadsThem() {
        template.resourceCountIs("AWS::IAM::Policy", 1);
    }
}
