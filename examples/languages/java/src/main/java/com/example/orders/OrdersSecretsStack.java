package com.example.orders;

import io.github.cdkmanagedsecrets.AlternatingUsersOptions;
import io.github.cdkmanagedsecrets.CrossAccountSecretPolicy;
import io.github.cdkmanagedsecrets.CrossAccountSecretPolicyProps;
import io.github.cdkmanagedsecrets.GuardRail;
import io.github.cdkmanagedsecrets.IManagedSecret;
import io.github.cdkmanagedsecrets.ManagedSecret;
import io.github.cdkmanagedsecrets.ReplicaRegion;
import io.github.cdkmanagedsecrets.ReplicatedSecret;
import io.github.cdkmanagedsecrets.RotatedDatabaseSecret;
import io.github.cdkmanagedsecrets.RotationCronOptions;
import io.github.cdkmanagedsecrets.RotationSchedule;
import io.github.cdkmanagedsecrets.RotationStrategy;
import io.github.cdkmanagedsecrets.RotationTarget;
import io.github.cdkmanagedsecrets.SecretContent;
import io.github.cdkmanagedsecrets.SecretEncryption;
import io.github.cdkmanagedsecrets.SecretMonitoring;
import io.github.cdkmanagedsecrets.SecretNamespace;
import io.github.cdkmanagedsecrets.SecretReader;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.rds.DatabaseCluster;
import software.amazon.awscdk.services.rds.DatabaseClusterAttributes;
import software.amazon.awscdk.services.rds.DatabaseClusterEngine;
import software.amazon.awscdk.services.rds.IDatabaseCluster;
import software.constructs.Construct;

/** The secrets of the orders service in production: who reads them, how they are rotated, and who is told when one is not. */
final class OrdersSecretsStack extends Stack {
    OrdersSecretsStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        final SecretNamespace secrets = SecretNamespace.Builder.create(this, "Secrets")
            .environment("prod")
            .service("orders")
            .owner("orders-team")
            .replicaRegions(List.of("eu-central-1"))
            .guardRails(List.of(GuardRail.denyPrincipals(List.of("arn:aws:iam::*:role/staging-*"))))
            .build();
        SecretMonitoring.Builder.create(this, "Monitoring")
            .namespace(secrets)
            .alarmActions(List.of(new Notification("orders-alarms")))
            .trailLogGroup(LogGroup.fromLogGroupName(this, "Trail", "organization-trail"))
            .build();

        final Role service = Role.Builder.create(this, "Service")
            .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com"))
            .build();

        final ManagedSecret paymentApiKey = ManagedSecret.Builder.create(this, "PaymentApiKey")
            .namespace(secrets)
            .purpose("payment-api-key")
            .description("Issued by the payment provider; put by the orders team with PutSecretValue")
            .content(SecretContent.empty())
            .replicas(List.of())
            .build();
        paymentApiKey.grantRead(service);

        final RotatedDatabaseSecret databaseCredentials = createDatabaseCredentials(secrets);
        databaseCredentials.grantRead(service);

        final ReplicatedSecret sessionKey = ReplicatedSecret.Builder.create(this, "SessionKey")
            .namespace(secrets)
            .purpose("session-key")
            .replicas(List.of(ReplicaRegion.of("eu-central-1")))
            .build();
        sessionKey.grantRead(service);

        CrossAccountSecretPolicy.forSecret(this, "Reporting", paymentApiKey, CrossAccountSecretPolicyProps.builder()
            .readers(List.of(SecretReader.role("arn:aws:iam::444455556666:role/reporting")))
            .build());
    }

    /** Two users take turns, so that the service logs in at every instant of a rotation. */
    private RotatedDatabaseSecret createDatabaseCredentials(final SecretNamespace namespace) {
        final IManagedSecret superuserSecret = ManagedSecret.fromArn(this, "MasterUser",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-9e2f6d10-52c8-4b7a-8a0e-6c1d7b9f4e21-a1b2c3",
            SecretEncryption.awsManagedKey());
        return RotatedDatabaseSecret.Builder.create(this, "DatabaseCredentials")
            .namespace(namespace)
            .purpose("db-credentials")
            .username("orders_app")
            .database(RotationTarget.fromCluster(importCluster()))
            .vpc(importVpc())
            .strategy(RotationStrategy.alternatingUsers(AlternatingUsersOptions.builder().superuserSecret(superuserSecret).build()))
            .schedule(RotationSchedule.cron(RotationCronOptions.builder()
                .weekDay("SUN")
                .hour("3")
                .window(Duration.hours(2))
                .build()))
            .build();
    }

    private IDatabaseCluster importCluster() {
        return DatabaseCluster.fromDatabaseClusterAttributes(this, "Cluster", DatabaseClusterAttributes.builder()
            .clusterIdentifier("orders")
            .clusterEndpointAddress("orders.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com")
            .engine(DatabaseClusterEngine.AURORA_POSTGRESQL)
            .port(5432)
            .securityGroups(List.of(SecurityGroup.fromSecurityGroupId(this, "DatabaseSecurityGroup", "sg-0a1b2c3d4e5f60714")))
            .build());
    }

    private IVpc importVpc() {
        return Vpc.fromVpcAttributes(this, "Vpc", VpcAttributes.builder()
            .vpcId("vpc-0a1b2c3d4e5f60718")
            .availabilityZones(List.of("eu-west-1a", "eu-west-1b"))
            .privateSubnetIds(List.of("subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"))
            .privateSubnetRouteTableIds(List.of("rtb-0a1b2c3d4e5f60713", "rtb-0a1b2c3d4e5f60713"))
            .build());
    }
}
