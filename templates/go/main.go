package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	NewSecretsStack(app, "OrdersSecrets")
	awscdk.Validations_Of(app).AddPlugins(cdkmanagedsecrets.NewSecretsReview(nil))
	app.Synth(nil)
}
