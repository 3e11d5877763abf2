package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets"
)

// NewSecretsStack holds the secrets of one service in one environment, and says who reads them.
func NewSecretsStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, nil)

	// Every name begins with prod/orders/, and one key encrypts all of them.
	namespace := cdkmanagedsecrets.NewSecretNamespace(stack, jsii.String("Secrets"), &cdkmanagedsecrets.SecretNamespaceProps{
		Environment: jsii.String("prod"),
		Service:     jsii.String("orders"),
		Owner:       jsii.String("orders-team"),
	})
	service := awsiam.NewRole(stack, jsii.String("Service"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})

	// Somebody else issues this value. You put it after the deployment, so that no template holds it.
	apiKey := cdkmanagedsecrets.NewManagedSecret(stack, jsii.String("ApiKey"), &cdkmanagedsecrets.ManagedSecretProps{
		Namespace: namespace,
		Purpose:   jsii.String("payment-api-key"),
		Content:   cdkmanagedsecrets.SecretContent_Empty(),
	})
	apiKey.GrantRead(service, nil)

	// Secrets Manager makes this value.
	sessionKey := cdkmanagedsecrets.NewManagedSecret(stack, jsii.String("SessionKey"), &cdkmanagedsecrets.ManagedSecretProps{
		Namespace: namespace,
		Purpose:   jsii.String("session-key"),
	})
	sessionKey.GrantRead(service, nil)

	return stack
}
