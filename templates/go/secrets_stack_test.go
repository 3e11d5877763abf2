package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestSecretsStack(t *testing.T) {
	defer jsii.Close()

	template := assertions.Template_FromStack(NewSecretsStack(awscdk.NewApp(nil), "Secrets"), nil)

	// Each secret has its name, under the key of the namespace.
	template.ResourceCountIs(jsii.String("AWS::SecretsManager::Secret"), jsii.Number(2))
	for _, name := range []string{"prod/orders/payment-api-key", "prod/orders/session-key"} {
		template.HasResourceProperties(jsii.String("AWS::SecretsManager::Secret"), map[string]any{
			"Name":     name,
			"KmsKeyId": assertions.Match_AnyValue(),
		})
	}

	// Secrets are kept when the stack is deleted.
	template.AllResources(jsii.String("AWS::SecretsManager::Secret"), map[string]any{"DeletionPolicy": "RetainExceptOnCreate"})

	// One role reads them, and no other policy is made.
	template.ResourceCountIs(jsii.String("AWS::IAM::Policy"), jsii.Number(1))
}
