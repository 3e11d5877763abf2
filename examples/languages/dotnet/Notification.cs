using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.JSII.Runtime.Deputy;
using Constructs;

namespace Orders
{
    /// <summary>
    /// An alarm action of one's own, which the library calls: it sends to a topic of the account by its name. A class that
    /// the CDK calls derives from <c>DeputyBase</c>.
    /// </summary>
    internal sealed class Notification : DeputyBase, IAlarmAction
    {
        private readonly string _topicName;

        internal Notification(string topicName) => _topicName = topicName;

        public IAlarmActionConfig Bind(Construct scope, IAlarm alarm) => new AlarmActionConfig
        {
            AlarmActionArn = Stack.Of(scope).FormatArn(new ArnComponents { Service = "sns", Resource = _topicName }),
        };
    }
}
