package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets"
)

// NewOrdersSecretsStack holds the secrets of the orders service in production: who reads them, how they are rotated, and who is told
// when one is not.
func NewOrdersSecretsStack(scope constructs.Construct, id string, props *awscdk.StackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, props)

	secrets := cdkmanagedsecrets.NewSecretNamespace(stack, jsii.String("Secrets"), &cdkmanagedsecrets.SecretNamespaceProps{
		Environment:    jsii.String("prod"),
		Service:        jsii.String("orders"),
		Owner:          jsii.String("orders-team"),
		ReplicaRegions: jsii.Strings("eu-central-1"),
		GuardRails: &[]cdkmanagedsecrets.GuardRail{
			cdkmanagedsecrets.GuardRail_DenyPrincipals(jsii.Strings("arn:aws:iam::*:role/staging-*")),
		},
	})
	cdkmanagedsecrets.NewSecretMonitoring(stack, jsii.String("Monitoring"), &cdkmanagedsecrets.SecretMonitoringProps{
		Namespace:     secrets,
		AlarmActions:  &[]awscloudwatch.IAlarmAction{&notification{topicName: "orders-alarms"}},
		TrailLogGroup: awslogs.LogGroup_FromLogGroupName(stack, jsii.String("Trail"), jsii.String("organization-trail")),
	})

	service := awsiam.NewRole(stack, jsii.String("Service"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})

	paymentApiKey := cdkmanagedsecrets.NewManagedSecret(stack, jsii.String("PaymentApiKey"), &cdkmanagedsecrets.ManagedSecretProps{
		Namespace:   secrets,
		Purpose:     jsii.String("payment-api-key"),
		Description: jsii.String("Issued by the payment provider; put by the orders team with PutSecretValue"),
		Content:     cdkmanagedsecrets.SecretContent_Empty(),
		Replicas:    &[]cdkmanagedsecrets.ReplicaRegion{},
	})
	paymentApiKey.GrantRead(service, nil)

	databaseCredentials := newDatabaseCredentials(stack, secrets)
	databaseCredentials.GrantRead(service, nil)

	sessionKey := cdkmanagedsecrets.NewReplicatedSecret(stack, jsii.String("SessionKey"), &cdkmanagedsecrets.ManagedSecretProps{
		Namespace: secrets,
		Purpose:   jsii.String("session-key"),
		Replicas:  &[]cdkmanagedsecrets.ReplicaRegion{cdkmanagedsecrets.ReplicaRegion_Of(jsii.String("eu-central-1"), nil)},
	})
	sessionKey.GrantRead(service, nil)

	cdkmanagedsecrets.CrossAccountSecretPolicy_ForSecret(stack, jsii.String("Reporting"), paymentApiKey,
		&cdkmanagedsecrets.CrossAccountSecretPolicyProps{
			Readers: &[]cdkmanagedsecrets.SecretReader{
				cdkmanagedsecrets.SecretReader_Role(jsii.String("arn:aws:iam::444455556666:role/reporting")),
			},
		})

	return stack
}

// Two users take turns, so that the service logs in at every instant of a rotation.
func newDatabaseCredentials(
	stack awscdk.Stack,
	namespace cdkmanagedsecrets.SecretNamespace,
) cdkmanagedsecrets.RotatedDatabaseSecret {
	superuserSecret := cdkmanagedsecrets.ManagedSecret_FromArn(stack, jsii.String("MasterUser"),
		jsii.String("arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-9e2f6d10-52c8-4b7a-8a0e-6c1d7b9f4e21-a1b2c3"),
		cdkmanagedsecrets.SecretEncryption_AwsManagedKey())
	return cdkmanagedsecrets.NewRotatedDatabaseSecret(stack, jsii.String("DatabaseCredentials"),
		&cdkmanagedsecrets.RotatedDatabaseSecretProps{
			Namespace: namespace,
			Purpose:   jsii.String("db-credentials"),
			Username:  jsii.String("orders_app"),
			Database:  cdkmanagedsecrets.RotationTarget_FromCluster(importCluster(stack), nil),
			Vpc:       importVpc(stack),
			Strategy: cdkmanagedsecrets.RotationStrategy_AlternatingUsers(&cdkmanagedsecrets.AlternatingUsersOptions{
				SuperuserSecret: superuserSecret,
			}),
			Schedule: cdkmanagedsecrets.RotationSchedule_Cron(&cdkmanagedsecrets.RotationCronOptions{
				WeekDay: jsii.String("SUN"),
				Hour:    jsii.String("3"),
				Window:  awscdk.Duration_Hours(jsii.Number(2)),
			}),
		})
}

func importCluster(stack awscdk.Stack) awsrds.IDatabaseCluster {
	return awsrds.DatabaseCluster_FromDatabaseClusterAttributes(stack, jsii.String("Cluster"), &awsrds.DatabaseClusterAttributes{
		ClusterIdentifier:      jsii.String("orders"),
		ClusterEndpointAddress: jsii.String("orders.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com"),
		Engine:                 awsrds.DatabaseClusterEngine_AURORA_POSTGRESQL(),
		Port:                   jsii.Number(5432),
		SecurityGroups: &[]awsec2.ISecurityGroup{
			awsec2.SecurityGroup_FromSecurityGroupId(stack, jsii.String("DatabaseSecurityGroup"), jsii.String("sg-0a1b2c3d4e5f60714"), nil),
		},
	})
}

func importVpc(stack awscdk.Stack) awsec2.IVpc {
	return awsec2.Vpc_FromVpcAttributes(stack, jsii.String("Vpc"), &awsec2.VpcAttributes{
		VpcId:                      jsii.String("vpc-0a1b2c3d4e5f60718"),
		AvailabilityZones:          jsii.Strings("eu-west-1a", "eu-west-1b"),
		PrivateSubnetIds:           jsii.Strings("subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"),
		PrivateSubnetRouteTableIds: jsii.Strings("rtb-0a1b2c3d4e5f60713", "rtb-0a1b2c3d4e5f60713"),
	})
}
