import { aws_iam as iam, aws_kms as kms, Duration, type IPropertyInjector, PropertyInjectors, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as library from 'cdk-managed-secrets';
import { SecretNamespace } from 'cdk-managed-secrets';
import { Construct } from 'constructs';
import { onlyResource, testStack } from '../support/test-app';

/** An organization sets props of every L2 `Key` in the app. The L2 applies them to the key of a namespace too, after our checks. */
function stackWith(inject: (given: kms.KeyProps) => kms.KeyProps): Stack {
  const stack = testStack();
  const injector: IPropertyInjector = { constructUniqueId: kms.Key.PROPERTY_INJECTION_ID, inject };
  PropertyInjectors.of(stack.node.root).add(injector);
  return stack;
}

const namespaceIn = (stack: Stack, replicaRegions: string[] = []) =>
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions });
const forcing = (props: kms.KeyProps) => stackWith(given => ({ ...given, ...props }));
const key = (stack: Stack) => onlyResource(stack, 'AWS::KMS::Key');
const OPEN = new iam.PolicyStatement({ principals: [new iam.AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] });

test('defaults of every kind change nothing', () => {
  const plain = stackWith(given => given);
  namespaceIn(plain);
  const injected = stackWith(given => ({
    policy: new iam.PolicyDocument({ statements: [OPEN] }),
    enableKeyRotation: false,
    keySpec: kms.KeySpec.RSA_2048,
    enabled: false,
    admins: [new iam.AccountRootPrincipal()],
    removalPolicy: RemovalPolicy.DESTROY,
    multiRegion: true,
    alias: 'alias/theirs',
    ...given,
  }));
  namespaceIn(injected);
  expect(key(injected)).toEqual(key(plain));
});

test('what is harmless is taken', () => {
  const stack = forcing({ description: 'Ask the platform team', pendingWindow: Duration.days(30), rotationPeriod: Duration.days(180) });
  namespaceIn(stack);
  expect(key(stack).Properties).toMatchObject({ Description: 'Ask the platform team', PendingWindowInDays: 30, RotationPeriodInDays: 180 });
});

test.each<[string, kms.KeyProps]>([
  ['policy', { policy: new iam.PolicyDocument({ statements: [OPEN] }) }],
  ['policy', { admins: [new iam.ArnPrincipal('arn:aws:iam::111122223333:role/admin')] }],
  ['enabled', { enabled: false }],
  ['keySpec', { keySpec: kms.KeySpec.RSA_2048, enableKeyRotation: undefined, rotationPeriod: undefined }],
  ['enableKeyRotation', { enableKeyRotation: undefined, rotationPeriod: undefined }],
  ['multiRegion', { multiRegion: true }],
  ['alias', { alias: 'alias/theirs' }],
  ['removalPolicy', { removalPolicy: RemovalPolicy.DESTROY }],
])('`%s` is refused', (prop, props) => {
  expect(() => namespaceIn(forcing(props))).toThrow(
    new RegExp(`^a property injector of \`Key\` must not set \`${prop}\`.*give the namespace a key of your own.* \\[at Stack/Secrets/Key\\]$`));
});

test('a statement that is added to our policy is refused', () => {
  const stack = stackWith(given => {
    given.policy!.addStatements(OPEN);
    return given;
  });
  expect(() => namespaceIn(stack)).toThrow(/must not set `policy`/);
});

test('the primary key of several regions stays one', () => {
  expect(() => namespaceIn(forcing({ multiRegion: false }), ['us-east-1'])).toThrow(/must not set `multiRegion`/);
});

test('a namespace has the defaults of the organization, which are checked as what is given', () => {
  const stack = testStack();
  const inject = (owner: string, environment: string): IPropertyInjector =>
    ({ constructUniqueId: SecretNamespace.PROPERTY_INJECTION_ID, inject: given => ({ owner, ...given, environment }) });
  PropertyInjectors.of(stack).add(inject('platform', 'prod'));
  expect(new SecretNamespace(stack, 'Secrets', { environment: '-', service: 'payments' }).tags).toMatchObject({ owner: 'platform', environment: 'prod' });
  PropertyInjectors.of(stack).add(inject('platform', 'a/b'));
  expect(() => new SecretNamespace(stack, 'Others', { environment: 'prod', service: 'others' })).toThrow(/`environment` must be one level/);
});

const CONSTRUCTS = Object.entries(library as unknown as Record<string, typeof Construct>)
  .filter(([, each]) => typeof each === 'function' && each.prototype instanceof Construct);

test.each(CONSTRUCTS)('%s has an id of its own for property injectors, and asks them before all else', (name, construct) => {
  const id = `cdk-managed-secrets.${name}`;
  expect(Object.getOwnPropertyDescriptor(construct, 'PROPERTY_INJECTION_ID')?.value).toBe(id);
  const stack = testStack();
  PropertyInjectors.of(stack).add({ constructUniqueId: id, inject: () => { throw new TypeError('asked'); } });
  expect(() => Reflect.construct(construct, [stack, 'Construct', {}, {}])).toThrow('asked');
});
