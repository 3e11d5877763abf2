"""The secrets of the orders service, in Python: the same app as ../typescript/app.ts, with the same templates."""

from pathlib import Path

import jsii
from aws_cdk import (
    App,
    Aspects,
    Duration,
    Environment,
    IAspect,
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
    Stack,
    Validations,
)
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_managed_secrets import (
    CrossAccountSecretPolicy,
    GuardRail,
    ManagedSecret,
    ReplicaRegion,
    ReplicatedSecret,
    RotatedDatabaseSecret,
    RotationSchedule,
    RotationStrategy,
    RotationTarget,
    SecretContent,
    SecretEncryption,
    SecretMonitoring,
    SecretNamespace,
    SecretReader,
    SecretsReview,
)
from constructs import Construct, IConstruct


class OrdersSecretsStack(Stack):
    """The secrets of the orders service in production: who reads them, how they are rotated, and who is told when one is not."""

    def __init__(self, scope: Construct, id: str, *, env: Environment) -> None:
        super().__init__(scope, id, env=env)

        secrets = SecretNamespace(
            self,
            "Secrets",
            environment="prod",
            service="orders",
            owner="orders-team",
            replica_regions=["eu-central-1"],
            guard_rails=[GuardRail.deny_principals(["arn:aws:iam::*:role/staging-*"])],
        )
        SecretMonitoring(
            self,
            "Monitoring",
            namespace=secrets,
            alarm_actions=[Notification("orders-alarms")],
            trail_log_group=logs.LogGroup.from_log_group_name(self, "Trail", "organization-trail"),
        )

        service = iam.Role(self, "Service", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))

        payment_api_key = ManagedSecret(
            self,
            "PaymentApiKey",
            namespace=secrets,
            purpose="payment-api-key",
            description="Issued by the payment provider; put by the orders team with PutSecretValue",
            content=SecretContent.empty(),
            replicas=[],
        )
        payment_api_key.grant_read(service)

        database_credentials = self._create_database_credentials(secrets)
        database_credentials.grant_read(service)

        session_key = ReplicatedSecret(
            self,
            "SessionKey",
            namespace=secrets,
            purpose="session-key",
            replicas=[ReplicaRegion.of("eu-central-1")],
        )
        session_key.grant_read(service)

        CrossAccountSecretPolicy.for_secret(
            self,
            "Reporting",
            payment_api_key,
            readers=[SecretReader.role("arn:aws:iam::444455556666:role/reporting")],
        )

    def _create_database_credentials(self, namespace: SecretNamespace) -> RotatedDatabaseSecret:
        """Two users take turns, so that the service logs in at every instant of a rotation."""
        superuser_secret = ManagedSecret.from_arn(
            self,
            "MasterUser",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-9e2f6d10-52c8-4b7a-8a0e-6c1d7b9f4e21-a1b2c3",
            SecretEncryption.aws_managed_key(),
        )
        return RotatedDatabaseSecret(
            self,
            "DatabaseCredentials",
            namespace=namespace,
            purpose="db-credentials",
            username="orders_app",
            database=RotationTarget.from_cluster(self._import_cluster()),
            vpc=self._import_vpc(),
            strategy=RotationStrategy.alternating_users(superuser_secret=superuser_secret),
            schedule=RotationSchedule.cron(week_day="SUN", hour="3", window=Duration.hours(2)),
        )

    def _import_cluster(self) -> rds.IDatabaseCluster:
        return rds.DatabaseCluster.from_database_cluster_attributes(
            self,
            "Cluster",
            cluster_identifier="orders",
            cluster_endpoint_address="orders.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com",
            engine=rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
            port=5432,
            security_groups=[ec2.SecurityGroup.from_security_group_id(self, "DatabaseSecurityGroup", "sg-0a1b2c3d4e5f60714")],
        )

    def _import_vpc(self) -> ec2.IVpc:
        return ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id="vpc-0a1b2c3d4e5f60718",
            availability_zones=["eu-west-1a", "eu-west-1b"],
            private_subnet_ids=["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
            private_subnet_route_table_ids=["rtb-0a1b2c3d4e5f60713", "rtb-0a1b2c3d4e5f60713"],
        )


@jsii.implements(cloudwatch.IAlarmAction)
class Notification:
    """An alarm action of one's own, which the library calls: it sends to a topic of the account by its name."""

    def __init__(self, topic_name: str) -> None:
        self._topic_name = topic_name

    def bind(self, scope: Construct, alarm: cloudwatch.IAlarm) -> cloudwatch.AlarmActionConfig:
        alarm_action_arn = Stack.of(scope).format_arn(service="sns", resource=self._topic_name)
        return cloudwatch.AlarmActionConfig(alarm_action_arn=alarm_action_arn)


@jsii.implements(IAspect)
class DataClassification:
    """An aspect of one's own, which the CDK calls: it tags every secret as the organization asks."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, secretsmanager.CfnSecret):
            node.tags.set_tag("data-classification", "confidential")


@jsii.implements(IPolicyValidationPlugin)
class RoomToGrow:
    """A validation plugin of one's own, which the CDK calls with the templates: none may take more than half of what CloudFormation accepts."""

    MOST_BYTES = 500_000

    @property
    def name(self) -> str:
        return "RoomToGrow"

    @property
    def version(self) -> str:
        return "1.0.0"

    @property
    def rule_ids(self) -> list[str]:
        return ["template-size"]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        too_large = [path for path in context.template_paths if Path(path).stat().st_size > self.MOST_BYTES]
        return PolicyValidationPluginReport(
            success=not too_large,
            violations=[
                PolicyViolation(
                    rule_name="template-size",
                    description=f"A template has at most {self.MOST_BYTES} bytes",
                    fix="Move resources into another stack",
                    violating_resources=[PolicyViolatingResource(resource_logical_id="", template_path=path, locations=[])],
                )
                for path in too_large
            ],
        )


app = App()
OrdersSecretsStack(app, "orders-secrets", env=Environment(account="111122223333", region="eu-west-1"))
Aspects.of(app).add(DataClassification())
Validations.of(app).add_plugins(SecretsReview(), RoomToGrow())
app.synth()
