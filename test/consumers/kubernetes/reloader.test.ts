import { aws_cloudwatch_actions as actions, aws_sns as sns } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ExternalSecretsReloader, ExternalSecretsReloaderProps } from 'cdk-managed-secrets';
import { externalSecrets, irsa, reachableCluster, Secrets } from './clusters';
import { missingEventRuler, matches } from '../../../tools/event-ruler/event-ruler';
import { transformed } from '../../../tools/event-ruler/transformed';
import { missingReloader, whatReloaderDoes } from '../../../tools/kubernetes/reloader';
import { whenThere } from '../../support/servers/at-hand';
import { ENV } from '../../support/test-app';

let secrets: Secrets;
beforeEach(() => {
  secrets = new Secrets();
});

function reloader(props: Partial<ExternalSecretsReloaderProps> = {}): ExternalSecretsReloader {
  const consumers = [externalSecrets(secrets)];
  return new ExternalSecretsReloader(secrets.stack, 'Reloader', { consumers, namespace: 'external-secrets', identity: irsa(secrets.stack, 'reloader'), ...props });
}

/** As Secrets Manager sends it. */
function event(name: string, labelUpdated = 'AWSCURRENT'): object {
  return {
    'version': '0',
    'id': '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'Secret Label Updated',
    'source': 'aws.secretsmanager',
    'account': ENV.account,
    'time': '2026-11-28T19:00:00Z',
    'region': ENV.region,
    'resources': [`arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:${name}-a1b2c3`],
    'detail': { name, labelUpdated, versionId: 'EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE' },
  };
}

const rules = () => Object.values(Template.fromStack(secrets.stack).findResources('AWS::Events::Rule')).map(({ Properties }) => Properties);
const messageOf = (name: string) => transformed(rules()[0].Targets[0].InputTransformer, event(name));

describe('the message', () => {
  test('has the name of the secret where the Reloader looks for it', () => {
    reloader();
    expect(messageOf('prod/payments/db')).toEqual({ detail: { eventTime: '2026-11-28T19:00:00Z', requestParameters: { secretId: 'prod/payments/db' } } });
  });

  test('comes when a secret of a consumer has a new value, and at no other time', () => {
    reloader();
    const [{ EventPattern }] = rules();
    expect(EventPattern).toEqual({
      'source': ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      'account': [ENV.account],
      'detail': { name: ['prod/payments/db', 'prod/payments/stripe/api_key'], labelUpdated: ['AWSCURRENT'] },
    });
  });

  whenThere(test, missingEventRuler())('comes by the rule engine of EventBridge for these events alone', () => {
    reloader();
    const [{ EventPattern }] = rules();
    const events = [event('prod/payments/db'), event('prod/payments/stripe/api_key'), event('prod/payments/db-2'), event('prod/payments/db', 'AWSPENDING')];
    expect(matches([EventPattern], events)).toEqual([[true, true, false, false]]);
  });

  /** What the Reloader's own code made of it; the last test asks it again where its source is at hand. */
  const RECORDED = {
    message: { detail: { eventTime: '2026-11-28T19:00:00Z', requestParameters: { secretId: 'prod/payments/db' } } },
    reading: { secret: 'prod/payments/db', time: '2026-11-28T19:00:00Z', refreshes: true },
  };

  test('is the one that the Reloader has read, to refresh an external secret of that key', () => {
    const { kubernetesObjects } = externalSecrets(secrets, { namespace: 'other' }, 'Other');
    reloader();
    expect(messageOf('prod/payments/db')).toEqual(RECORDED.message);
    expect(kubernetesObjects.at(-1).spec.data[0].remoteRef.key).toBe(RECORDED.reading.secret);
  });

  // CI has no copy of its source.
  whenThere(test, missingReloader(), false)('is what the Reloader reads, and the event of Secrets Manager is not', () => {
    const [externalSecret] = externalSecrets(secrets).kubernetesObjects.slice(-1);
    const other = { detail: { ...RECORDED.message.detail, requestParameters: { secretId: 'prod/payments/other' } } };
    const messages = [RECORDED.message, other, event('prod/payments/db')];
    expect(whatReloaderDoes(messages, externalSecret)).toEqual([
      RECORDED.reading,
      { secret: 'prod/payments/other', time: RECORDED.reading.time, refreshes: false },
      { secret: '', time: '', refreshes: false },
    ]);
  }, 900_000);
});

describe('the queue', () => {
  test('is encrypted, takes messages of the rule alone, and puts aside what nobody takes', () => {
    const { queue } = reloader();
    const { stack } = secrets;
    const template = Template.fromStack(stack);
    const [id, resource] = Object.entries(template.findResources('AWS::SQS::Queue')).find(([each]) => stack.resolve(queue.queueArn)['Fn::GetAtt'][0] === each)!;
    expect(resource.Properties).toMatchObject({
      QueueName: expect.stringMatching(/^[A-Za-z0-9-]{1,80}$/),
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching('DeadLetters'), 'Arn'] }, maxReceiveCount: 5 },
    });
    const [policy] = Object.values(template.findResources('AWS::SQS::QueuePolicy', { Properties: { Queues: [{ Ref: id }] } }));
    const [rule] = Object.keys(template.findResources('AWS::Events::Rule'));
    const Resource = { 'Fn::GetAtt': [id, 'Arn'] };
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Deny', Action: 'sqs:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } }, Resource },
      {
        Effect: 'Allow', Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': [{ 'Fn::GetAtt': [rule, 'Arn'] }] } }, Resource,
      },
    ]);
  });

  test('is read by the role of the Reloader, and nothing else is', () => {
    const { role, queue } = reloader();
    const { stack } = secrets;
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'], Resource: stack.resolve(queue.queueArn) }] },
      Roles: [stack.resolve(role.roleName)],
    });
  });

  test('has an alarm for a queue that nobody reads, besides those on events that did not arrive', () => {
    const topic = new sns.Topic(secrets.stack, 'Topic');
    const { alarms } = reloader({ alarmActions: [new actions.SnsAction(topic)] });
    expect(alarms.map(({ node }) => node.id)).toEqual(['NotRefreshed', 'NotRead', 'EventsLost']);
    expect(Annotations.fromStack(secrets.stack).findWarning('*', Match.stringLikeRegexp('tells')).length).toBe(0);
  });
});

describe('the objects', () => {
  const accountRef = { name: 'reloader', namespace: 'external-secrets' };

  test('tell the Reloader its queue, by its URL, and what to refresh', () => {
    const config = reloader().kubernetesObjects.at(-1);
    const [{ Properties: { QueueName } }] = Object.values(Template.fromStack(secrets.stack).findResources('AWS::SQS::Queue', { Properties: { QueueName: Match.anyValue() } }));
    expect(config).toEqual({
      apiVersion: 'reloader.external-secrets.io/v1alpha1',
      kind: 'Config',
      metadata: { name: 'cdk-managed-secrets' },
      spec: {
        notificationSources: [{
          type: 'AwsSqs',
          awsSqs: {
            queueURL: `https://sqs.${ENV.region}.amazonaws.com/${ENV.account}/${QueueName}`,
            auth: { authMethod: 'irsa', region: ENV.region, serviceAccountRef: accountRef },
            numberOfMessages: 10,
            waitTimeSeconds: 20,
            visibilityTimeout: 30,
          },
        }],
        destinationsToWatch: [{ type: 'ExternalSecret', externalSecret: { names: ['db'] } }],
      },
    });
  });

  test('let the Reloader look up its service account, and ask for a token of this one alone', () => {
    const [account, ...permissions] = reloader().kubernetesObjects.slice(0, -1);
    expect(account).toMatchObject({ kind: 'ServiceAccount', metadata: accountRef });
    expect(permissions.map(({ kind, metadata: { namespace } }) => [kind, namespace])).toEqual([
      ['ClusterRole', undefined], ['ClusterRoleBinding', undefined], ['Role', 'external-secrets'], ['RoleBinding', 'external-secrets'],
    ]);
    expect(permissions[0].rules).toEqual([{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch'] }]);
    expect(permissions[2].rules).toEqual([{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['reloader'], verbs: ['create'] }]);
    expect(permissions[1].subjects).toEqual([{ kind: 'ServiceAccount', ...accountRef }]);
    expect(permissions[3]).toMatchObject({ roleRef: { kind: 'Role', name: permissions[2].metadata.name }, subjects: [{ kind: 'ServiceAccount', ...accountRef }] });
  });

  test('of a cluster that kubectl reaches name the queue as CloudFormation knows it', () => {
    reloader({ cluster: reachableCluster(secrets.stack) });
    const template = Template.fromStack(secrets.stack);
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { QueueName: Match.anyValue() }, 0);
    expect(JSON.stringify(template.findResources('Custom::AWSCDK-EKS-KubernetesResource'))).toMatch(/queueURL[^R]*"Ref":"ReloaderQueueMessages/);
  });
});
