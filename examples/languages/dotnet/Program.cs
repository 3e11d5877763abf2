using Amazon.CDK;
using CdkManagedSecrets;

namespace Orders
{
    /// <summary>The secrets of the orders service, in C#: the same app as <c>../typescript/app.ts</c>, with the same templates.</summary>
    internal static class Program
    {
        private static void Main()
        {
            var app = new App();
            new OrdersSecretsStack(app, "orders-secrets", new StackProps
            {
                Env = new Environment { Account = "111122223333", Region = "eu-west-1" },
            });
            Aspects.Of(app).Add(new DataClassification());
            Validations.Of(app).AddPlugins(new SecretsReview(), new RoomToGrow());
            app.Synth();
        }
    }
}
