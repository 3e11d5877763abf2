using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using CdkManagedSecrets;
using Constructs;

namespace Secrets
{
    /// <summary>The secrets of one service in one environment, and who reads them.</summary>
    public sealed class SecretsStack : Stack
    {
        public SecretsStack(Construct scope, string id) : base(scope, id)
        {
            // Every name begins with prod/orders/, and one key encrypts all of them.
            var secrets = new SecretNamespace(this, "Secrets", new SecretNamespaceProps
            {
                Environment = "prod",
                Service = "orders",
                Owner = "orders-team",
            });
            var service = new Role(this, "Service", new RoleProps { AssumedBy = new ServicePrincipal("ecs-tasks.amazonaws.com") });

            // Somebody else issues this value. You put it after the deployment, so that no template holds it.
            var apiKey = new ManagedSecret(this, "ApiKey", new ManagedSecretProps
            {
                Namespace = secrets,
                Purpose = "payment-api-key",
                Content = SecretContent.Empty(),
            });
            apiKey.GrantRead(service);

            // Secrets Manager makes this value.
            var sessionKey = new ManagedSecret(this, "SessionKey", new ManagedSecretProps { Namespace = secrets, Purpose = "session-key" });
            sessionKey.GrantRead(service);
        }
    }
}
