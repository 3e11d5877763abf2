package com.example.secrets;

import io.github.cdkmanagedsecrets.ManagedSecret;
import io.github.cdkmanagedsecrets.SecretContent;
import io.github.cdkmanagedsecrets.SecretNamespace;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** The secrets of one service in one environment, and who reads them. */
final class SecretsStack extends Stack {
    SecretsStack(final Construct scope, final String id) {
        super(scope, id);

        // Every name begins with prod/orders/, and one key encrypts all of them.
        final SecretNamespace namespace = SecretNamespace.Builder.create(this, "Secrets")
            .environment("prod")
            .service("orders")
            .owner("orders-team")
            .build();
        final Role service = Role.Builder.create(this, "Service")
            .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com"))
            .build();

        // Somebody else issues this value. You put it after the deployment, so that no template holds it.
        final ManagedSecret apiKey = ManagedSecret.Builder.create(this, "ApiKey")
            .namespace(namespace)
            .purpose("payment-api-key")
            .content(SecretContent.empty())
            .build();
        apiKey.grantRead(service);

        // Secrets Manager makes this value.
        final ManagedSecret sessionKey = ManagedSecret.Builder.create(this, "SessionKey")
            .namespace(namespace)
            .purpose("session-key")
            .build();
        sessionKey.grantRead(service);
    }
}
