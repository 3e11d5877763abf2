from aws_cdk import App, Validations
from cdk_managed_secrets import SecretsReview

from secrets_stack import SecretsStack

app = App()
SecretsStack(app, "OrdersSecrets")
Validations.of(app).add_plugins(SecretsReview())
app.synth()
