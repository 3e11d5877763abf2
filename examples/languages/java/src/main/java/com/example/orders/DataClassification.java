package com.example.orders;

import software.amazon.awscdk.IAspect;
import software.amazon.awscdk.services.secretsmanager.CfnSecret;
import software.constructs.IConstruct;

/** An aspect of one's own, which the CDK calls: it tags every secret as the organization asks. */
final class DataClassification implements IAspect {
    @Override
    public void visit(final IConstruct node) {
        if (node instanceof CfnSecret secret) {
            secret.getTags().setTag("data-classification", "confidential");
        }
    }
}
