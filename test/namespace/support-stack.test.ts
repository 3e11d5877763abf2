import {
  App, BootstraplessSynthesizer, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, type IStackSynthesizer, type ISynthesisSession,
  LegacyStackSynthesizer, PermissionsBoundary, Stack, type StackProps, StackSynthesizer, Stage, Tags,
} from 'aws-cdk-lib';
import { ReplicatedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { ENV, role, testApp } from '../support/test-app';

const REPLICA = 'us-east-1';
const [PRIMARY_KEY, REPLICA_KEY] = [`Payments-keys-${ENV.region}`, `Payments-keys-${REPLICA}`];

/** A stack whose keys stand in two stacks beside it. */
function payments(props: StackProps = {}, scope: App | Stage = testApp()): Stack {
  const stack = new Stack(scope, 'Payments', { env: ENV, ...props });
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: [REPLICA] });
  new ReplicatedSecret(stack, 'ApiKey', { purpose: 'api_key' });
  return stack;
}

const beside = (stack: Stack, id: string) => stack.node.scope!.node.findChild(id) as Stack;
const assemblyOf = (stack: Stack) => (stack.node.scope as App).synth();

/** How the CLI deploys the stack: by which roles, of which bootstrap stack, from which bucket. */
function deploymentOf(stack: Stack, id = stack.artifactId) {
  const artifact = assemblyOf(stack).getStackByName(id);
  const { assumeRoleArn, cloudFormationExecutionRoleArn, bootstrapStackVersionSsmParameter, lookupRole, stackTemplateAssetObjectUrl } = artifact;
  return { assumeRoleArn, cloudFormationExecutionRoleArn, bootstrapStackVersionSsmParameter, lookupRole: lookupRole?.arn, bucket: stackTemplateAssetObjectUrl?.split('/')[2] };
}

const elsewhere = (deployment: object) => JSON.parse(JSON.stringify(deployment).replaceAll(ENV.region, REPLICA));

/** Not reusable, as `StackSynthesizer` is not. */
class PlainSynthesizer extends StackSynthesizer {
  public addFileAsset = () => { throw new Error('no assets'); };
  public addDockerImageAsset = () => { throw new Error('no assets'); };

  public synthesize(session: ISynthesisSession): void {
    this.synthesizeTemplate(session);
    this.emitArtifact(session, { assumeRoleArn: 'arn:aws:iam::111122223333:role/plain', cloudFormationExecutionRoleArn: 'arn:aws:iam::111122223333:role/plain-exec' });
  }
}

class OrganizationSynthesizer extends DefaultStackSynthesizer {
  constructor(team: string) {
    super({ qualifier: team, deployRoleArn: `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${team}-deploy-\${AWS::Region}` });
  }
}

describe('the stacks of the keys are deployed as the stack beside them', () => {
  test.each<[string, () => IStackSynthesizer, RegExp | undefined]>([
    ['the default one with another qualifier', () => new DefaultStackSynthesizer({ qualifier: 'acme' }), /cdk-acme-cfn-exec-role/],
    ['the default one with roles and a bucket', () => new DefaultStackSynthesizer({
      deployRoleArn: 'arn:aws:iam::111122223333:role/deploy-${AWS::Region}',
      cloudFormationExecutionRole: 'arn:aws:iam::111122223333:role/execute',
      lookupRoleArn: 'arn:aws:iam::111122223333:role/look',
      fileAssetsBucketName: 'assets-${AWS::Region}',
      bootstrapStackVersionSsmParameter: '/acme/version',
    }), /role\/execute/],
    ['a subclass of the default one', () => new OrganizationSynthesizer('payments'), /cdk-payments-cfn-exec-role/],
    ['the one of the credentials of the CLI', () => new CliCredentialsStackSynthesizer({ qualifier: 'acme' }), undefined],
    ['the one without bootstrap', () => new BootstraplessSynthesizer({ cloudFormationExecutionRoleArn: 'arn:aws:iam::111122223333:role/execute' }), /role\/execute/],
    ['the legacy one', () => new LegacyStackSynthesizer(), undefined],
    ['one that is not reusable', () => new PlainSynthesizer(), /role\/plain-exec/],
  ])('%s', (_, synthesizer, executionRole) => {
    const stack = payments({ synthesizer: synthesizer() });
    const own = deploymentOf(stack);
    executionRole ? expect(own.cloudFormationExecutionRoleArn).toMatch(executionRole) : expect(own.cloudFormationExecutionRoleArn).toBeUndefined();
    expect(deploymentOf(stack, PRIMARY_KEY)).toEqual(own);
    expect(deploymentOf(stack, REPLICA_KEY)).toEqual(elsewhere(own));
  });

  test('one for all stacks of the app', () => {
    const stack = payments({}, new App({ defaultStackSynthesizer: new DefaultStackSynthesizer({ qualifier: 'acme' }) }));
    expect(deploymentOf(stack, REPLICA_KEY)).toEqual(elsewhere(deploymentOf(stack)));
    expect(deploymentOf(stack).assumeRoleArn).toContain('cdk-acme-deploy-role');
  });

  test('and each publishes its own template alone', () => {
    const stack = payments({ synthesizer: new DefaultStackSynthesizer({ qualifier: 'acme' }) });
    const assembly = assemblyOf(stack);
    for (const id of ['Payments', PRIMARY_KEY, REPLICA_KEY]) {
      const manifest = assembly.artifacts.find(each => each.id === `${id}.assets`) as unknown as { contents: { files: Record<string, { displayName: string }> } };
      expect(Object.values(manifest.contents.files)).toHaveLength(1);
    }
  });

  test('in a stage', () => {
    const app = testApp();
    const stage = new Stage(app, 'prod');
    const stack = payments({ synthesizer: new DefaultStackSynthesizer({ qualifier: 'acme' }) }, stage);
    expect(beside(stack, REPLICA_KEY).synthesizer.bootstrapQualifier).toBe('acme');
    const artifact = app.synth().getNestedAssembly('assembly-prod').getStackByName(`prod-${REPLICA_KEY}`);
    expect(artifact.cloudFormationExecutionRoleArn).toContain('cdk-acme-cfn-exec-role');
  });
});

describe('the stacks of the keys take over', () => {
  test.each([[true], [false]])('the tags, given and added (explicit stack tags: %s)', explicit => {
    const app = testApp({ '@aws-cdk/core:explicitStackTags': explicit });
    const stack = payments({ tags: { team: 'payments', area: 'shop' } }, app);
    Tags.of(stack).add('budget', '42');
    Tags.of(stack).add('instances', 'only', { includeResourceTypes: ['AWS::EC2::Instance'] });
    const assembly = app.synth();
    for (const id of [PRIMARY_KEY, REPLICA_KEY]) {
      expect(assembly.getStackByName(id).tags).toEqual(assembly.getStackByName('Payments').tags);
      expect(assembly.getStackByName(id).tags).toMatchObject({ team: 'payments', area: 'shop' });
      const [key] = Object.values<any>(assembly.getStackByName(id).template.Resources).filter(({ Type }) => /Key$/.test(Type));
      expect(key.Properties.Tags).toContainEqual({ Key: 'budget', Value: '42' });
      expect(JSON.stringify(key)).not.toContain('instances');
    }
  });

  test('the termination protection, also when it is set later', () => {
    const stack = payments();
    stack.terminationProtection = true;
    const assembly = assemblyOf(stack);
    for (const id of ['Payments', PRIMARY_KEY, REPLICA_KEY]) expect(assembly.getStackByName(id).terminationProtection).toBe(true);
  });

  test.each([
    [PermissionsBoundary.fromName('bound-${Qualifier}-${AWS::Region}'), `:policy/bound-hnb659fds-${REPLICA}`],
    [PermissionsBoundary.fromArn('arn:aws:iam::111122223333:policy/bound'), 'arn:aws:iam::111122223333:policy/bound'],
  ])('the permissions boundary', (permissionsBoundary, expected) => {
    const stack = payments({ permissionsBoundary });
    role(beside(stack, REPLICA_KEY), 'Later');
    expect(JSON.stringify(assemblyOf(stack).getStackByName(REPLICA_KEY).template)).toContain(expected);
  });

  test.each([[true], [false]])('references across regions (%s) and analytics', given => {
    const stack = payments({ crossRegionReferences: given, analyticsReporting: given });
    for (const id of [PRIMARY_KEY, REPLICA_KEY]) {
      expect(beside(stack, id)._crossRegionReferences).toBe(given);
      expect(beside(stack, id)._versionReportingEnabled).toBe(given);
    }
  });
});
