package com.example.orders;

import java.io.File;
import java.util.List;
import software.amazon.awscdk.IPolicyValidationContext;
import software.amazon.awscdk.IPolicyValidationPlugin;
import software.amazon.awscdk.PolicyValidationPluginReport;
import software.amazon.awscdk.PolicyViolatingResource;
import software.amazon.awscdk.PolicyViolation;

/**
 * A validation plugin of one's own, which the CDK calls with the templates: none may take more than half of what CloudFormation
 * accepts.
 */
final class RoomToGrow implements IPolicyValidationPlugin {
    private static final long MOST_BYTES = 500_000;

    @Override
    public String getName() {
        return "RoomToGrow";
    }

    @Override
    public String getVersion() {
        return "1.0.0";
    }

    @Override
    public List<String> getRuleIds() {
        return List.of("template-size");
    }

    @Override
    public PolicyValidationPluginReport validate(final IPolicyValidationContext context) {
        final List<PolicyViolation> violations = context.getTemplatePaths().stream()
            .filter(path -> new File(path).length() > MOST_BYTES)
            .map(RoomToGrow::tooLarge)
            .toList();
        return PolicyValidationPluginReport.builder().success(violations.isEmpty()).violations(violations).build();
    }

    private static PolicyViolation tooLarge(final String templatePath) {
        return PolicyViolation.builder()
            .ruleName("template-size")
            .description("A template has at most " + MOST_BYTES + " bytes")
            .fix("Move resources into another stack")
            .violatingResources(List.of(PolicyViolatingResource.builder()
                .resourceLogicalId("")
                .templatePath(templatePath)
                .locations(List.of())
                .build()))
            .build();
    }
}
