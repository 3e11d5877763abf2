using Amazon.CDK;
using Amazon.CDK.AWS.SecretsManager;
using Amazon.JSII.Runtime.Deputy;
using Constructs;

namespace Orders
{
    /// <summary>An aspect of one's own, which the CDK calls: it tags every secret as the organization asks.</summary>
    internal sealed class DataClassification : DeputyBase, IAspect
    {
        public void Visit(IConstruct node)
        {
            if (node is CfnSecret secret)
            {
                secret.Tags.SetTag("data-classification", "confidential");
            }
        }
    }
}
