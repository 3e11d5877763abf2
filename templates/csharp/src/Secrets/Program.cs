using Amazon.CDK;
using CdkManagedSecrets;
using Secrets;

var app = new App();
_ = new SecretsStack(app, "OrdersSecrets");
Validations.Of(app).AddPlugins(new SecretsReview());
app.Synth();
