using System.IO;
using System.Linq;
using Amazon.CDK;
using Amazon.JSII.Runtime.Deputy;

namespace Orders
{
    /// <summary>
    /// A validation plugin of one's own, which the CDK calls with the templates: none may take more than half of what
    /// CloudFormation accepts.
    /// </summary>
    internal sealed class RoomToGrow : DeputyBase, IPolicyValidationPlugin
    {
        private const long MostBytes = 500_000;

        public string Name => "RoomToGrow";

        public string? Version => "1.0.0";

        public string[]? RuleIds => new[] { "template-size" };

        public IPolicyValidationPluginReport Validate(IPolicyValidationContext context)
        {
            var violations = context.TemplatePaths.Where(path => new FileInfo(path).Length > MostBytes).Select(TooLarge).ToArray();
            return new PolicyValidationPluginReport { Success = violations.Length == 0, Violations = violations };
        }

        private static IPolicyViolation TooLarge(string templatePath) => new PolicyViolation
        {
            RuleName = "template-size",
            Description = $"A template has at most {MostBytes} bytes",
            Fix = "Move resources into another stack",
            ViolatingResources = new IPolicyViolatingResource[]
            {
                new PolicyViolatingResource { ResourceLogicalId = "", TemplatePath = templatePath, Locations = new string[0] },
            },
        };
    }
}
