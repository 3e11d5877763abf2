using Amazon.CDK;
using CdkManagedSecrets;

namespace Secrets
{
    internal static class Program
    {
        private static void Main()
        {
            var app = new App();
            new SecretsStack(app, "OrdersSecrets");
            Validations.Of(app).AddPlugins(new SecretsReview());
            app.Synth();
        }
    }
}
