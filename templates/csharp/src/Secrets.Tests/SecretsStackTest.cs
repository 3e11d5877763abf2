using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.Assertions;
using Xunit;

namespace Secrets.Tests
{
    public class SecretsStackTest
    {
        private const string Secret = "AWS::SecretsManager::Secret";

        private readonly Template template = Template.FromStack(new SecretsStack(new App(), "Secrets"));

        [Theory]
        [InlineData("prod/orders/payment-api-key")]
        [InlineData("prod/orders/session-key")]
        public void EachSecretHasItsNameUnderTheKeyOfTheNamespace(string name)
        {
            template.ResourceCountIs(Secret, 2);
            template.HasResourceProperties(Secret, new Dictionary<string, object> { ["Name"] = name, ["KmsKeyId"] = Match.AnyValue() });
        }

        [Fact]
        public void SecretsAreKeptWhenTheStackIsDeleted() =>
            template.AllResources(Secret, new Dictionary<string, object> { ["DeletionPolicy"] = "RetainExceptOnCreate" });

        [Fact]
        public void OneRoleReadsThem() => template.ResourceCountIs("AWS::IAM::Policy", 1);
    }
}
