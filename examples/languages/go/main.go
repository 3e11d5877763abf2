// The secrets of the orders service, in Go: the same app as ../typescript/app.ts, with the same templates.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets"
)

func main() {
	// Ends the Node.js process that runs the constructs.
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	NewOrdersSecretsStack(app, "orders-secrets", &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-west-1")},
	})
	awscdk.Aspects_Of(app).Add(&dataClassification{level: "confidential"}, nil)
	awscdk.Validations_Of(app).AddPlugins(cdkmanagedsecrets.NewSecretsReview(nil), &roomToGrow{mostBytes: 500_000})
	app.Synth(nil)
}
