module example.com/secrets

go 1.25.0

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v{{aws-cdk-lib}}
	github.com/aws/constructs-go/constructs/v10 v{{constructs}}
	github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets v{{cdk-managed-secrets}}
)
