using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using Amazon.CDK;
using CdkManagedSecrets;

namespace Orders
{
    /// <summary>Wrong calls, each in an app of its own, and what the user sees. The compiler takes no object of another class.</summary>
    internal static class Mistakes
    {
        private static readonly Dictionary<string, Action<Stack>> All = new Dictionary<string, Action<Stack>>
        {
            ["a required prop is left out"] = stack => Namespace(stack, new SecretNamespaceProps { Environment = "prod" }),
            ["a required prop is null"] = stack => Namespace(stack, new SecretNamespaceProps { Environment = "prod", Service = null! }),
            ["a text has the wrong form"] = stack => Namespace(stack, new SecretNamespaceProps { Environment = "prod/eu", Service = "orders" }),
            ["an optional prop is null"] = stack => Namespace(stack, new SecretNamespaceProps
            {
                Environment = "prod", Service = "orders", Encryption = null,
            }),
            ["an element of a list is null"] = stack => Namespace(stack, new SecretNamespaceProps
            {
                Environment = "prod", Service = "orders", GuardRails = new GuardRail[] { null! },
            }),
            ["no namespace in the scope"] = stack => new ManagedSecret(stack, "Secret", new ManagedSecretProps { Purpose = "api-key" }),
        };

        private static void Main()
        {
            foreach (var (mistake, make) in All)
            {
                Console.WriteLine($"{mistake}\t{Seen(make)}");
            }
        }

        private static void Namespace(Stack stack, SecretNamespaceProps props) => new SecretNamespace(stack, "Secrets", props);

        private static string Seen(Action<Stack> make)
        {
            try
            {
                make(new Stack(new App(), "Orders"));
                return "taken";
            }
            catch (Exception error)
            {
                return Regex.Replace($"{error.GetType().Name}: {error.Message}", @"\s+", " ");
            }
        }
    }
}
