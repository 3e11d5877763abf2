from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from cdk_managed_secrets import ManagedSecret, SecretContent, SecretNamespace
from constructs import Construct


class SecretsStack(Stack):
    """The secrets of one service in one environment, and who reads them."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)

        # Every name begins with prod/orders/, and one key encrypts all of them.
        namespace = SecretNamespace(self, "Secrets", environment="prod", service="orders", owner="orders-team")
        service = iam.Role(self, "Service", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))

        # Somebody else issues this value. You put it after the deployment, so that no template holds it.
        api_key = ManagedSecret(self, "ApiKey", namespace=namespace, purpose="payment-api-key", content=SecretContent.empty())
        api_key.grant_read(service)

        # Secrets Manager makes this value.
        session_key = ManagedSecret(self, "SessionKey", namespace=namespace, purpose="session-key")
        session_key.grant_read(service)
