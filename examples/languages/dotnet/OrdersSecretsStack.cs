using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.RDS;
using CdkManagedSecrets;
using Constructs;

namespace Orders
{
    /// <summary>The secrets of the orders service in production: who reads them, how they are rotated, and who is told when one is not.</summary>
    internal sealed class OrdersSecretsStack : Stack
    {
        internal OrdersSecretsStack(Construct scope, string id, IStackProps props) : base(scope, id, props)
        {
            var secrets = new SecretNamespace(this, "Secrets", new SecretNamespaceProps
            {
                Environment = "prod",
                Service = "orders",
                Owner = "orders-team",
                ReplicaRegions = new[] { "eu-central-1" },
                GuardRails = new[] { GuardRail.DenyPrincipals(new[] { "arn:aws:iam::*:role/staging-*" }) },
            });
            new SecretMonitoring(this, "Monitoring", new SecretMonitoringProps
            {
                Namespace = secrets,
                AlarmActions = new IAlarmAction[] { new Notification("orders-alarms") },
                TrailLogGroup = LogGroup.FromLogGroupName(this, "Trail", "organization-trail"),
            });

            var service = new Role(this, "Service", new RoleProps { AssumedBy = new ServicePrincipal("ecs-tasks.amazonaws.com") });

            var paymentApiKey = new ManagedSecret(this, "PaymentApiKey", new ManagedSecretProps
            {
                Namespace = secrets,
                Purpose = "payment-api-key",
                Description = "Issued by the payment provider; put by the orders team with PutSecretValue",
                Content = SecretContent.Empty(),
                Replicas = new ReplicaRegion[0],
            });
            paymentApiKey.GrantRead(service);

            var databaseCredentials = CreateDatabaseCredentials(secrets);
            databaseCredentials.GrantRead(service);

            var sessionKey = new ReplicatedSecret(this, "SessionKey", new ManagedSecretProps
            {
                Namespace = secrets,
                Purpose = "session-key",
                Replicas = new[] { ReplicaRegion.Of("eu-central-1") },
            });
            sessionKey.GrantRead(service);

            CrossAccountSecretPolicy.ForSecret(this, "Reporting", paymentApiKey, new CrossAccountSecretPolicyProps
            {
                Readers = new[] { SecretReader.Role("arn:aws:iam::444455556666:role/reporting") },
            });
        }

        /// <summary>Two users take turns, so that the service logs in at every instant of a rotation.</summary>
        private RotatedDatabaseSecret CreateDatabaseCredentials(SecretNamespace secrets)
        {
            var superuserSecret = ManagedSecret.FromArn(this, "MasterUser",
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-9e2f6d10-52c8-4b7a-8a0e-6c1d7b9f4e21-a1b2c3",
                SecretEncryption.AwsManagedKey());
            return new RotatedDatabaseSecret(this, "DatabaseCredentials", new RotatedDatabaseSecretProps
            {
                Namespace = secrets,
                Purpose = "db-credentials",
                Username = "orders_app",
                Database = RotationTarget.FromCluster(ImportCluster()),
                Vpc = ImportVpc(),
                Strategy = RotationStrategy.AlternatingUsers(new AlternatingUsersOptions { SuperuserSecret = superuserSecret }),
                Schedule = RotationSchedule.Cron(new RotationCronOptions { WeekDay = "SUN", Hour = "3", Window = Duration.Hours(2) }),
            });
        }

        private IDatabaseCluster ImportCluster() => DatabaseCluster.FromDatabaseClusterAttributes(this, "Cluster", new DatabaseClusterAttributes
        {
            ClusterIdentifier = "orders",
            ClusterEndpointAddress = "orders.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com",
            Engine = DatabaseClusterEngine.AURORA_POSTGRESQL,
            Port = 5432,
            SecurityGroups = new[] { SecurityGroup.FromSecurityGroupId(this, "DatabaseSecurityGroup", "sg-0a1b2c3d4e5f60714") },
        });

        private IVpc ImportVpc() => Vpc.FromVpcAttributes(this, "Vpc", new VpcAttributes
        {
            VpcId = "vpc-0a1b2c3d4e5f60718",
            AvailabilityZones = new[] { "eu-west-1a", "eu-west-1b" },
            PrivateSubnetIds = new[] { "subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712" },
            PrivateSubnetRouteTableIds = new[] { "rtb-0a1b2c3d4e5f60713", "rtb-0a1b2c3d4e5f60713" },
        });
    }
}
