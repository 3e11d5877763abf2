import {
  aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager,
  Aws, CfnParameter, SecretValue, Stack, Token,
} from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, DeployedName, GuardRail, ManagedSecret, NameLevel, PasswordPolicy, ReplicaRegion, SecretContent, SecretEncryption,
  SecretNamespace, SecretReader,
} from 'cdk-managed-secrets';
import { leftovers } from './support/leftovers';
import { agnosticStack, ENV, OTHER_ACCOUNT, role, testApp, testStack } from './support/test-app';

jest.mock('cdk-managed-secrets', () => jest.requireActual('./support/leftovers').watched(jest.requireActual('cdk-managed-secrets')));

const NAMESPACE = { environment: 'prod', service: 'payments' };
const KEY_ARN = `arn:aws:kms:${ENV.region}:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const SECRET_ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/payments/key`;
const AWS_KEY = SecretEncryption.awsManagedKey();

function secretIn(stack: Stack, props: object = {}): ManagedSecret {
  new SecretNamespace(stack, 'Secrets', NAMESPACE);
  return new ManagedSecret(stack, 'Secret', { purpose: 'key', ...props });
}

function content(of: SecretContent): (stack: Stack) => unknown {
  return stack => secretIn(stack, { content: of });
}

function namespace(props: object): (stack: Stack) => unknown {
  return stack => new SecretNamespace(stack, 'Secrets', { ...NAMESPACE, ...props });
}

function purpose(value: string): (stack: Stack) => unknown {
  return stack => secretIn(stack, { purpose: value });
}

const READER = SecretReader.account(OTHER_ACCOUNT);

function share(readers: SecretReader[]): (stack: Stack) => unknown {
  return stack => CrossAccountSecretPolicy.forSecret(stack, 'Share', secretIn(stack), { readers });
}

function keyOf(stack: Stack, keyArn: string): SecretEncryption {
  return SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'TheirKey', keyArn));
}

/** What is wrong, what is done, what the error says, and the construct that it names. */
type Case = [string, (stack: Stack) => unknown, RegExp, string?];

const CASES: Case[] = [
  // Names
  ['a purpose with a space', purpose('api key'), /`purpose` must be levels of letters, digits and .*such as "stripe\/api_key", got "api key"/],
  ['an empty purpose', purpose(''), /`purpose` must be levels/],
  ['a purpose with an empty level', purpose('stripe//key'), /`purpose` must be levels/],
  ['a purpose that begins with a slash', purpose('/key'), /`purpose` must be levels/],
  ['a purpose that ends with a slash', purpose('key/'), /`purpose` must be levels/],
  ['a purpose with a wildcard', purpose('key*'), /`purpose` must be levels/],
  ['a purpose with a question mark', purpose('key-??????'), /`purpose` must be levels/],
  ['a purpose with a letter outside of ASCII', purpose('schlüssel'), /`purpose` must be levels/],
  ['a purpose that ends like the suffix of an ARN', purpose('token-abcdef'), /must not end in a hyphen and six letters or digits.*"token_abcdef"/],
  ['a purpose that ends in a word of six letters', purpose('db-secret'), /must not end in a hyphen and six.*"db_secret"/],
  ['a name of 513 characters', purpose('k'.repeat(513 - 'prod/payments/'.length)), /at most 512 characters, got 513/],
  ['an adopted name with an illegal character', stack => secretIn(stack, { purpose: undefined, deployedName: DeployedName.explicit('old name') }), /`deployedName` must be a secret name/],
  ['an adopted name of 513 characters', stack => secretIn(stack, { purpose: undefined, deployedName: DeployedName.explicit('k'.repeat(513)) }), /at most 512 characters, got 513/],
  ['no name at all', stack => secretIn(stack, { purpose: undefined }), /`purpose` must be given.*`deployedName: DeployedName.explicit\(…\)`, or DeployedName.generated\(\)/],
  ['a purpose and a name', stack => secretIn(stack, { deployedName: DeployedName.explicit('old') }), /only one of `purpose` and `deployedName`/],
  ...['secretName', 'encryptionKey', 'generateSecretString', 'secretStringValue', 'secretObjectValue', 'secretStringBeta1', 'replicaRegions'].map(name => [
    `the prop \`${name}\` of the L2, which no compiler sees in JavaScript`,
    stack => secretIn(stack, { [name]: 'x' }),
    new RegExp(`\`${name}\` is a prop of the L2 \`Secret\`, and not of this construct; use \`\\w+`),
  ] as Case),
  ['a purpose and a generated name', stack => secretIn(stack, { deployedName: DeployedName.generated() }), /only one of `purpose` and `deployedName`/],
  ['two secrets of one name in one stack', stack => {
    secretIn(stack);
    new ManagedSecret(stack, 'Twin', { purpose: 'key' });
  }, /unique in its account and region, got "prod\/payments\/key", which Stack\/Secret has already/, 'Stack/Twin'],
  ['two secrets of one name in two stacks of one account and region', stack => {
    const first = secretIn(stack);
    const other = testStack('Other', stack.node.root as never);
    new ManagedSecret(other, 'Twin', { namespace: first.namespace, purpose: 'key' });
  }, /unique in its account and region/, 'Other/Twin'],
  ['an adopted name that is taken', stack => {
    secretIn(stack);
    new ManagedSecret(stack, 'Twin', { deployedName: DeployedName.explicit('prod/payments/key') });
  }, /unique in its account and region/, 'Stack/Twin'],

  // Values of other classes, which no compiler sees in JavaScript
  ...[[null, 'nothing'], ['alias/key', 'a string'], [new kms.CfnKey(new Stack(), 'Key', { keyPolicy: {} }), 'a CfnKey']].flatMap(([value, kind]) => [
    [`an encryption that is ${kind}`, stack => secretIn(stack, { encryption: value }), new RegExp(`\`encryption\` must be a SecretEncryption, such as .*, got ${kind} \\[`)],
    [`an encryption of a namespace that is ${kind}`, namespace({ encryption: value }), new RegExp(`\`encryption\` must be a SecretEncryption, .*, got ${kind} \\[`), 'Stack/Secrets'],
    [`an encryption of an import that is ${kind}`, stack => ManagedSecret.fromName(stack, 'Secret', 'old', value as never), new RegExp(`\`encryption\` must be .*, got ${kind} \\[`)],
    [`a key of a replica that is ${kind}`, stack => secretIn(stack, { replicas: [ReplicaRegion.of('eu-central-1', value as never)] }), new RegExp(`\`replicas\` must be a SecretEncryption, .*, got ${kind} \\[`)],
    [`a namespace that is ${kind}`, stack => new ManagedSecret(stack, 'Secret', { purpose: 'key', namespace: value as never }), new RegExp(`\`namespace\` must be a SecretNamespace, got ${kind} \\[`)],
    [`a deployed name that is ${kind}`, stack => secretIn(stack, { purpose: undefined, deployedName: value }), new RegExp(`\`deployedName\` must be a DeployedName, .*, got ${kind} \\[`)],
    [`a guard rail that is ${kind}`, namespace({ guardRails: [GuardRail.denyDeletion(), value] }), new RegExp(`\`guardRails\\[1\\]\` must be a GuardRail, .*, got ${kind} \\[`), 'Stack/Secrets'],
    [`a level that is ${kind}`, namespace({ hierarchy: [value] }), new RegExp(`\`hierarchy\\[0\\]\` must be a NameLevel, .*, got ${kind} \\[`), 'Stack/Secrets'],
    [`a replica that is ${kind}`, stack => secretIn(stack, { replicas: [value] }), new RegExp(`\`replicas\\[0\\]\` must be a ReplicaRegion, .*, got ${kind} \\[`)],
    [`a reader that is ${kind}`, share([value as never]), new RegExp(`\`readers\\[0\\]\` must be a SecretReader, .*, got ${kind} \\[`), 'Stack/Share'],
  ] as Case[]),
  ['an import without its key', stack => ManagedSecret.fromName(stack, 'Secret', 'old', undefined as never), /`encryption` must be a SecretEncryption, .*, got nothing \[/],
  ['a guard rail that is a statement', namespace({ guardRails: [new iam.PolicyStatement()] }), /`guardRails\[0\]` must be a GuardRail, .*, got a PolicyStatement \[/, 'Stack/Secrets'],
  ['a replica as the L2 has it', stack => secretIn(stack, { replicas: [{ region: 'eu-central-1' }] }), /`replicas\[0\]` must be a ReplicaRegion, .*, got an Object \[/],
  ['guard rails that are one', namespace({ guardRails: GuardRail.denyDeletion() }), /`guardRails` must be a list, each a GuardRail, .*, got a GuardRail \[/, 'Stack/Secrets'],

  // Namespaces
  ['no namespace', stack => new ManagedSecret(stack, 'Secret', { purpose: 'key' }), /`namespace` must be given, because no enclosing scope has one; create a SecretNamespace/],
  ['two namespaces in one scope', stack => {
    new SecretNamespace(stack, 'One', { environment: 'prod', service: 'one' });
    new SecretNamespace(stack, 'Two', { environment: 'prod', service: 'two' });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
  }, /`namespace` must be given, because Stack holds several: Stack\/One, Stack\/Two/],
  ['two defaults of one scope', stack => {
    new SecretNamespace(stack, 'One', { environment: 'prod', service: 'one' }).makeDefaultFor(stack);
    new SecretNamespace(stack, 'Two', { environment: 'prod', service: 'two' }).makeDefaultFor(stack);
  }, /`makeDefaultFor` must be called once for a scope, and Stack\/One is its default already/, 'Stack'],
  ['an empty environment', namespace({ environment: '' }), /`environment` must be one level of a secret name/, 'Stack/Secrets'],
  ...['environment', 'service'].flatMap(prop => [undefined, null].map(value => [
    `${prop} ${value}, which no compiler sees in JavaScript`, namespace({ [prop]: value }), new RegExp(`\`${prop}\` must be given, such as "\\w+"`), 'Stack/Secrets',
  ] as Case)),
  ['an environment with a slash', namespace({ environment: 'prod/eu' }), /`environment` must be one level/, 'Stack/Secrets'],
  ['a service with a wildcard', namespace({ service: '*' }), /`service` must be one level/, 'Stack/Secrets'],
  ['a level that an alias cannot hold', namespace({ service: 'pay.ments' }), /what a KMS alias allows.*give the namespace an `encryption`/, 'Stack/Secrets'],
  ['levels that are too long for an alias', namespace({ service: 's'.repeat(300) }), /alias must be at most 256 characters/, 'Stack/Secrets'],
  ['a hierarchy without the service', namespace({ hierarchy: [NameLevel.ENVIRONMENT] }), /NameLevel.SERVICE exactly once, got it 0 times/, 'Stack/Secrets'],
  ['a hierarchy with the environment twice', namespace({ hierarchy: [NameLevel.ENVIRONMENT, NameLevel.SERVICE, NameLevel.ENVIRONMENT] }),
    /NameLevel.ENVIRONMENT exactly once, got it 2 times/, 'Stack/Secrets'],
  ['a literal level with a slash', namespace({ hierarchy: [NameLevel.literal('a/b'), NameLevel.ENVIRONMENT, NameLevel.SERVICE] }), /`hierarchy` must be one level/, 'Stack/Secrets'],
  ['two namespaces of one prefix', stack => {
    new SecretNamespace(stack, 'One', NAMESPACE);
    new SecretNamespace(stack, 'Two', NAMESPACE);
  }, /overlaps with "prod\/payments\/" of Stack\/One/, 'Stack/Two'],
  ['a namespace inside of another', stack => {
    new SecretNamespace(stack, 'One', NAMESPACE);
    new SecretNamespace(stack, 'Two', { ...NAMESPACE, hierarchy: [NameLevel.ENVIRONMENT, NameLevel.SERVICE, NameLevel.literal('eu')] });
  }, /overlaps with "prod\/payments\/" of Stack\/One/, 'Stack/Two'],
  ['an imported namespace with a malformed account', stack => SecretNamespace.fromAttributes(stack, 'Theirs', { ...NAMESPACE, account: '1234' }),
    /`account` must be an account id of 12 digits, got "1234"/, 'Stack/Theirs'],
  ['an imported namespace with a malformed region', stack => SecretNamespace.fromAttributes(stack, 'Theirs', { ...NAMESPACE, region: 'nowhere' }),
    /`region` must be a region/, 'Stack/Theirs'],
  ['an imported namespace that is shared under the AWS managed key', stack => SecretNamespace.fromAttributes(stack, 'Theirs', {
    ...NAMESPACE, account: OTHER_ACCOUNT, encryption: SecretEncryption.awsManagedKey(), sharedByOwner: true,
  }), /`encryption` must be a customer managed key where `sharedByOwner` is true/, 'Stack/Theirs'],
  ['a share of a namespace under the AWS managed key', stack => CrossAccountSecretPolicy.forNamespace(stack, 'Share', new SecretNamespace(stack, 'Cheap', { environment: 'dev', service: 'payments', encryption: SecretEncryption.awsManagedKey() }), { readers: [READER] }), /must be encrypted under a customer managed key.*leave `encryption` of secret and namespace out/, 'Stack/Share'],
  ['an imported namespace with the ARN of an alias', stack => SecretNamespace.fromAttributes(stack, 'Theirs', { ...NAMESPACE, encryption: keyOf(stack, `arn:aws:kms:eu-west-1:${ENV.account}:alias/x`) }),
    /`encryption` must be the ARN of a key/, 'Stack/Theirs'],
  ['a secret in the namespace of another account', stack => {
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', { ...NAMESPACE, account: OTHER_ACCOUNT });
    new ManagedSecret(stack, 'Secret', { namespace: theirs, purpose: 'key' });
  }, /`namespace` must be of this stack's account 111122223333, got Stack\/Theirs of 444455556666.*fromNamespace/],
  ['a secret in the namespace of another region', stack => {
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', { ...NAMESPACE, region: 'us-east-1' });
    new ManagedSecret(stack, 'Secret', { namespace: theirs, purpose: 'key' });
  }, /`namespace` must be of this stack's region eu-west-1, got .* of us-east-1/],
  ['an adopted secret in an imported namespace', stack => {
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', NAMESPACE);
    new ManagedSecret(stack, 'Secret', { namespace: theirs, deployedName: DeployedName.explicit('old') });
  }, /cannot allow its key for a secret with a name outside of its prefix.*add this statement.*kms:EncryptionContext:SecretARN/, 'Stack/Theirs'],

  // Guard rails
  ['a malformed organization', namespace({ guardRails: [GuardRail.denyOutsideOrganization('my-org')] }), /GuardRail.denyOutsideOrganization` must be an organization id/, 'Stack/Secrets'],
  ['a malformed endpoint', namespace({ guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpc-1'])] }), /denyOutsideVpcEndpoints` must be a VPC endpoint id/, 'Stack/Secrets'],
  ['no endpoint', namespace({ guardRails: [GuardRail.denyOutsideVpcEndpoints([])] }), /denyOutsideVpcEndpoints` must name at least one/, 'Stack/Secrets'],
  ['a principal that is no ARN', namespace({ guardRails: [GuardRail.denyPrincipals(['staging'])] }), /denyPrincipals` must be an IAM principal ARN/, 'Stack/Secrets'],
  ['everybody as a principal', namespace({ guardRails: [GuardRail.denyPrincipals(['*'])] }), /denyPrincipals` must be an IAM principal ARN/, 'Stack/Secrets'],
  ['an exception that is no ARN', namespace({ guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], { exceptPrincipals: ['me'] })] }),
    /`exceptPrincipals` must be an IAM principal ARN/, 'Stack/Secrets'],
  ['a region of replicas that is none', namespace({
    guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], {
      replicaVpcEndpointIds: { Ireland: ['vpce-0aaaaaaaaaaaaaaa0'] },
    })],
  }), /`replicaVpcEndpointIds` must be a region such as eu-west-1, got "Ireland"/, 'Stack/Secrets'],
  ['no endpoint for replicas', namespace({
    guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], {
      replicaVpcEndpointIds: { 'us-west-2': [] },
    })],
  }), /`replicaVpcEndpointIds` must name at least one; name an endpoint in us-west-2/, 'Stack/Secrets'],
  ['a malformed endpoint for replicas', namespace({
    guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], {
      replicaVpcEndpointIds: { 'us-west-2': ['vpc-1'] },
    })],
  }), /`replicaVpcEndpointIds` must be a VPC endpoint id/, 'Stack/Secrets'],
  ['endpoints for replicas beside a list that is a token', namespace({
    guardRails: [GuardRail.denyOutsideVpcEndpoints(Token.asList('x'), {
      replicaVpcEndpointIds: { 'us-west-2': ['vpce-0aaaaaaaaaaaaaaa0'] },
    })],
  }), /`replicaVpcEndpointIds` must stand beside a list whose length is known/, 'Stack/Secrets'],
  ['principals of another partition', namespace({ guardRails: [GuardRail.denyPrincipals(['arn:aws-cn:iam::*:role/staging-*'])] }),
    /denyPrincipals` must be of the partition aws of eu-west-1, got "arn:aws-cn:/, 'Stack/Secrets'],
  ['exceptions of another partition', namespace({
    guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], { exceptPrincipals: ['arn:aws-cn:iam::*:role/me'] })],
  }), /exceptPrincipals` must be of the partition aws of eu-west-1/, 'Stack/Secrets'],
  ['a reader of another partition', share([SecretReader.role('arn:aws-cn:iam::444455556666:role/report')]),
    /`readers` must be of the partition aws of eu-west-1, got "arn:aws-cn:/, 'Stack/Share'],
  ...['*', `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:*`, `arn:aws:secretsmanager:${ENV.region}:*:secret:legacy-*`].map(
    (arn): [string, (stack: Stack) => unknown, RegExp, string] => [
      `a key allowed for ${arn}`, stack => new SecretNamespace(stack, 'Secrets', NAMESPACE).allowKeyUse(arn), /`secretArn` must be the ARN of a secret, or a pattern/, 'Stack/Secrets',
    ]),
  ...[['another account', `arn:aws:secretsmanager:${ENV.region}:${OTHER_ACCOUNT}:secret:legacy`, /own 111122223333/],
    ['another region', `arn:aws:secretsmanager:us-east-1:${ENV.account}:secret:legacy`, /own eu-west-1/],
    ['another partition', `arn:aws-cn:secretsmanager:${ENV.region}:${ENV.account}:secret:legacy`, /must be of the partition aws/]].map(
    ([what, arn, message]): [string, (stack: Stack) => unknown, RegExp, string] => [
      `a key allowed for a secret of ${what}`, stack => new SecretNamespace(stack, 'Secrets', NAMESPACE).allowKeyUse(arn as string), message as RegExp, 'Stack/Secrets',
    ]),
  ...[{ principals: [new iam.AnyPrincipal()] }, { principals: [new iam.StarPrincipal()] }, { principals: [new iam.ArnPrincipal('*')] },
    { notPrincipals: [new iam.ArnPrincipal('arn:aws:iam::111122223333:role/one')] }].map(
    (who, index): [string, (stack: Stack) => unknown, RegExp] => [
      `a statement that lets in everybody (${index})`,
      stack => secretIn(stack).addToResourcePolicy(new iam.PolicyStatement({ ...who, actions: ['secretsmanager:GetSecretValue'], resources: ['*'] })),
      /`addToResourcePolicy` must not let in everybody/,
    ]),
  ['an exception from denyDeletion that is no ARN', namespace({ guardRails: [GuardRail.denyDeletion({ exceptPrincipals: ['me'] })] }),
    /`exceptPrincipals` must be an IAM principal ARN/, 'Stack/Secrets'],
  ...([
    ['that allows', { effect: iam.Effect.ALLOW }, /must have the effect Deny, got "Allow"/],
    ['without a sid', { sid: undefined }, /must have a `sid`, got none/],
    ['without principals', { principals: [] }, /must have principals, got \[\]/],
    ['with NotPrincipal', { principals: [], notPrincipals: [new iam.AccountPrincipal(ENV.account)] }, /must have no NotPrincipal.*ArnNotLike/],
    ['with NotAction', { actions: [], notActions: ['secretsmanager:GetSecretValue'] }, /must name `actions`, and no `notActions`/],
    ['without actions', { actions: [] }, /must name `actions`/],
    ['on another service', { actions: ['secretsmanager:*', 's3:GetObject'] }, /must deny actions of Secrets Manager alone, got \["s3:GetObject"\]/],
    ['on every service', { actions: ['*'] }, /must deny actions of Secrets Manager alone, got \["\*"\]/],
    ['on one secret', { resources: [SECRET_ARN] }, /must have the resource "\*", got \["arn:.*copied to replicas/],
    ['with NotResource', { resources: [], notResources: [SECRET_ARN] }, /must have the resource "\*"/],
    ['with the sid of another guard rail', { sid: 'DenyDeletion' }, /must hold the `sid` DenyDeletion once, got it of GuardRail.denyDeletion and/],
  ] as [string, object, RegExp][]).map(([what, props, message]): Case => [
    `a guard rail of one's own ${what}`, namespace({
      guardRails: [GuardRail.denyDeletion(), GuardRail.fromStatement(new iam.PolicyStatement({
        sid: 'Mine', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:*'], resources: ['*'], ...props,
      }))],
    }), message, 'Stack/Secrets',
  ]),
  ['the same guard rail twice', namespace({ guardRails: ['staging', 'dev'].map(env => GuardRail.denyPrincipals([`arn:aws:iam::*:role/${env}-*`])) }),
    /must hold GuardRail.denyPrincipals once; join the values into one/, 'Stack/Secrets'],

  // Content
  ...['hunter2', { password: 'hunter2' }, SecretValue.unsafePlainText('hunter2')].map((value, index) => [
    `the value in place of a content (${index}), which no compiler sees in JavaScript`, stack => secretIn(stack, { content: value }),
    /`content` must be a SecretContent, such as SecretContent.empty\(\) \[at/,
  ] as Case),
  ['a string as the value', content(SecretContent.fromSecretValue('hunter2' as never)), /`value` must be a reference, got a literal/],
  ['a string as a field', content(SecretContent.fields({ token: 'hunter2' as never })), /`fields.token` must be a reference, got a literal/],
  ['a literal as the value', content(SecretContent.fromSecretValue(SecretValue.unsafePlainText('hunter2'))), /`value` must be a reference, got a literal/],
  ['a literal as a field', content(SecretContent.fields({ token: SecretValue.unsafePlainText('hunter2') })), /`fields.token` must be a reference, got a literal/],
  ['no fields', content(SecretContent.fields({})), /`fields` must hold at least one field.*SecretContent.empty\(\)/],
  ['a field that is a reference and a literal', content(SecretContent.fields({ id: SecretValue.unsafePlainText(Aws.STACK_ID) }, { unsafePlainTextFields: { id: 'x' } })),
    /`unsafePlainTextFields` must not hold "id"/],
  ['a password in the template', content(SecretContent.generatedField({ template: { masterPassword: 'hunter2' }, field: 'other' })), /`template` must not hold a value for "masterPassword"/],
  ['the generated field in the template', content(SecretContent.generatedField({ template: { pin: '1' }, field: 'pin' })), /`template` must not hold the generated field "pin"/],
  ['an empty field name', content(SecretContent.generatedField({ field: '' })), /`field` must not hold an empty field name/],
  ['half a template', content(SecretContent.generateSecretString({ secretStringTemplate: '{}' })), /`secretStringTemplate` and `generateStringKey` must be given together/],
  ['a password of no length', content(SecretContent.generatedPassword(PasswordPolicy.of({ length: 0 }))), /`length` must be a whole number from 1 to 4096, got 0/],
  ['a password of 4097 characters', content(SecretContent.generatedPassword(PasswordPolicy.of({ length: 4097 }))), /`length` must be a whole number from 1 to 4096, got 4097/],
  ['a password of half a character', content(SecretContent.generatedPassword(PasswordPolicy.of({ length: 1.5 }))), /`length` must be a whole number/],
  ['a password of nothing', content(SecretContent.generatedPassword(PasswordPolicy.of({ uppercase: false, lowercase: false, numbers: false, punctuation: false }))), /must allow at least one of/],
  ['a password too short for its kinds', content(SecretContent.generatedPassword(PasswordPolicy.of({ length: 3 }))), /`length` must be at least 4, one for each kind/],
  ['a description of 2049 characters', stack => secretIn(stack, { description: 'd'.repeat(2049) }), /`description` must have at most 2048 characters, got 2049/],
  ['a reserved tag', stack => secretIn(stack, { tags: { 'aws:owner': 'me' } }), /`tags` must not hold "aws:owner"/],

  // Imports
  ['an import of nothing', stack => ManagedSecret.fromAttributes(stack, 'Theirs', { encryption: AWS_KEY }), /exactly one of .* must be given, got none/, 'Stack/Theirs'],
  ['an import of two things', stack => ManagedSecret.fromAttributes(stack, 'Theirs', { secretName: 'a', secretPartialArn: SECRET_ARN, encryption: AWS_KEY }),
    /got secretPartialArn and secretName/, 'Stack/Theirs'],
  ['a partial ARN where a complete one is needed', stack => ManagedSecret.fromArn(stack, 'Theirs', SECRET_ARN, AWS_KEY), /`secretCompleteArn` must be the ARN of a secret with its suffix/, 'Stack/Theirs'],
  ['an ARN of something else', stack => ManagedSecret.fromArn(stack, 'Theirs', 'arn:aws:s3:::bucket', AWS_KEY), /`secretCompleteArn` must be the ARN of a secret/, 'Stack/Theirs'],
  ['an import by an illegal name', stack => ManagedSecret.fromName(stack, 'Theirs', 'a b', AWS_KEY), /`secretName` must be a secret name/, 'Stack/Theirs'],
  ['an import of an illegal purpose', stack => {
    new SecretNamespace(stack, 'Secrets', NAMESPACE);
    ManagedSecret.fromNamespace(stack, 'Theirs', { purpose: '/' });
  }, /`purpose` must be levels/, 'Stack/Theirs'],

  // Grants
  ['a grant to another account', stack => secretIn(stack).grantRead(new iam.AccountPrincipal(OTHER_ACCOUNT)),
    /`grantRead` must have a grantee of the secret's own account 111122223333, got one of account 444455556666.*Resource policy of the secret: \[.*GetSecretValue.*Key policy: \[.*kms:Decrypt.*Policy of the grantee: \[/],
  ['a grant to another account under the AWS managed key', stack => secretIn(stack, { encryption: AWS_KEY }).grantRead(new iam.AccountPrincipal(OTHER_ACCOUNT)),
    /The AWS managed key never serves another account/],
  ['a grant to a service', stack => secretIn(stack).grantRead(new iam.ServicePrincipal('lambda.amazonaws.com')), /`grantRead` must have a grantee whose policy this app can write.*add this to the grantee's policy by hand: \[\{"Effect":"Allow"/],
  ['a grant to the own account', stack => secretIn(stack).grantWrite(new iam.AccountRootPrincipal()), /`grantWrite` must have a grantee whose policy this app can write/],
  ['a grant to an organization', stack => secretIn(stack).grantRead(new iam.OrganizationPrincipal('o-a1b2c3d4e5')), /`grantRead` must have a grantee whose policy/],
  ['a grant to a function whose role is not known', stack => secretIn(stack).grantRead(
    lambda.Function.fromFunctionArn(stack, 'Theirs', `arn:aws:lambda:eu-west-1:${ENV.account}:function:f`)), /`grantRead` must have a grantee whose policy this app can write/],
  ['a grant on an import of another account', stack => ManagedSecret.fromArn(stack, 'Secret', `${SECRET_ARN.replace(ENV.account, OTHER_ACCOUNT)}-a1b2c3`,
    SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Key', KEY_ARN.replace(ENV.account, OTHER_ACCOUNT)))).grantRead(role(stack)),
  /secret's own account 444455556666, got one of account 111122223333.*`sharedByOwner: true`/],
  ['a grant on the whole namespace of another account', stack => SecretNamespace.fromAttributes(stack, 'Secret', { ...NAMESPACE, account: OTHER_ACCOUNT }).grantRead(role(stack)),
    /`grantRead` must have a grantee of the secret's own account 444455556666/],
  ['a grant for no staging label', stack => secretIn(stack).grantRead(role(stack), []), /`versionStages` must name at least one/],

  ['a grant to an imported role of an account that is not known to be the owner\'s', stack => secretIn(agnosticStack('Agnostic', stack.node.root as never))
    .grantRead(iam.Role.fromRoleArn(stack.node.root.node.findChild('Agnostic') as Stack, 'Theirs', `arn:aws:iam::${OTHER_ACCOUNT}:role/x`)),
  /must know whether account 444455556666 is the secret's own/, 'Agnostic/Secret'],
  ['a grant to an imported role of a third account, on a shared import', stack => ManagedSecret.fromAttributes(stack, 'Secret', {
    secretCompleteArn: `${SECRET_ARN}-a1b2c3`, encryption: AWS_KEY, sharedByOwner: true,
  }).grantRead(iam.Role.fromRoleArn(stack, 'Theirs', `arn:aws:iam::${OTHER_ACCOUNT}:role/x`)), /must have a grantee whose policy this app can write/],
  ...(['fromSecretNameV2', 'fromSecretPartialArn', 'fromSecretCompleteArn'] as const).map((inherited): (typeof CASES)[number] => [
    `the inherited ${inherited}`, stack => ManagedSecret[inherited](stack, 'Theirs', SECRET_ARN), new RegExp(`\`${inherited}\` makes an import of the L2.*use ManagedSecret`), 'Stack/Theirs',
  ]),
  ['the inherited fromSecretAttributes', stack => ManagedSecret.fromSecretAttributes(stack, 'Theirs', { secretPartialArn: SECRET_ARN }),
    /`fromSecretAttributes` makes an import of the L2.*use ManagedSecret.fromAttributes/, 'Stack/Theirs'],
  ['hosted rotation under a key that is known by its alias', stack => {
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', NAMESPACE);
    new ManagedSecret(stack, 'Secret', { namespace: theirs, purpose: 'key' })
      .addRotationSchedule('Schedule', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() });
  }, /hosted rotation must know the ARN of the key.*`encryption`/],
  ['a reader role whose account is not known', share([SecretReader.role(new CfnParameter(new Stack(), 'Role').valueAsString)]),
    /`SecretReader.role` must be an ARN whose account is known/, 'Stack/Share'],

  // Sharing
  ['nothing to share', stack => CrossAccountSecretPolicy.forSecret(stack, 'Share', undefined as never, { readers: [READER] }),
    /`secret` must be a ManagedSecret of this app/, 'Stack/Share'],
  ['a namespace in place of a secret that is an import', stack => {
    CrossAccountSecretPolicy.forNamespace(stack, 'Share', {} as never, { readers: [READER] });
  }, /`namespace` must be a SecretNamespace of this app, because its policies have to let the readers in; create this construct in the app of the owner \[/, 'Stack/Share'],
  ['no readers', share([]), /`readers` must name at least one/, 'Stack/Share'],
  ['everybody as a reader', share([SecretReader.account('*')]), /`SecretReader.account` must be an account id of 12 digits, got "\*"/, 'Stack/Share'],
  ['every role of an account', share([SecretReader.role(`arn:aws:iam::${OTHER_ACCOUNT}:role/*`)]), /`SecretReader.role` must be the ARN of a role/, 'Stack/Share'],
  ['a role by its name', share([SecretReader.role('reporting')]), /`SecretReader.role` must be the ARN of a role/, 'Stack/Share'],
  ['a malformed reader account', share([SecretReader.account('1234')]), /`SecretReader.account` must be an account id/, 'Stack/Share'],
  ['a malformed reader organization', share([SecretReader.organization('org')]), /`SecretReader.organization` must be an organization id/, 'Stack/Share'],
  ['a malformed path', share([SecretReader.organization('o-a1b2c3d4e5', ['payments'])]), /`paths` must be a path in an organization/, 'Stack/Share'],
  ['no path', share([SecretReader.organization('o-a1b2c3d4e5', [])]), /`paths` must name at least one/, 'Stack/Share'],
  ['a path in another organization', share([SecretReader.organization('o-a1b2c3d4e5', ['o-zzzzzzzzzz/r-ab12/*'])]),
    /`paths` must lie in organization o-a1b2c3d4e5/, 'Stack/Share'],
  ['a service by its short name', share([SecretReader.servicePrincipal('appflow')]), /`SecretReader.servicePrincipal` must be a service principal/, 'Stack/Share'],
  ['the own account as a reader', share([SecretReader.account(ENV.account)]), /`readers` must be of other accounts, got "111122223333"/, 'Stack/Share'],
  ['a role of the own account as a reader', share([SecretReader.role(`arn:aws:iam::${ENV.account}:role/reporting`)]), /`readers` must be of other accounts/, 'Stack/Share'],
  ['sharing under the AWS managed key', stack => CrossAccountSecretPolicy.forSecret(stack, 'Share', secretIn(stack, { encryption: AWS_KEY }), { readers: [READER] }),
    /must be encrypted under a customer managed key/, 'Stack/Share'],
  ['sharing under an imported key', stack => {
    const encryption = SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Key', KEY_ARN));
    CrossAccountSecretPolicy.forSecret(stack, 'Share', secretIn(stack, { encryption }), { readers: [READER] });
  }, /the key of a shared secret must be of this app.*add this to the key policy: \[\{"Action":"kms:Decrypt"/, 'Stack/Share'],
  ['sharing an import', stack => {
    const secret = ManagedSecret.fromName(stack, 'Theirs', 'prod/other/key', AWS_KEY);
    CrossAccountSecretPolicy.forSecret(stack, 'Share', secret, { readers: [READER] });
  }, /`secret` must be a ManagedSecret of this app.*"Action":\["secretsmanager:GetSecretValue"/, 'Stack/Share'],
  ['sharing an imported namespace', stack => {
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', NAMESPACE);
    CrossAccountSecretPolicy.forNamespace(stack, 'Share', theirs, { readers: [READER] });
  }, /`namespace` must be a SecretNamespace of this app/, 'Stack/Share'],
  ['sharing from an account that is not known', stack => {
    const agnostic = agnosticStack('Agnostic', stack.node.root as never);
    CrossAccountSecretPolicy.forSecret(agnostic, 'Share', secretIn(agnostic), { readers: [READER] });
  }, /the account of the secret must be known.*`env: \{ account, region \}`/, 'Agnostic/Share'],
  ['an import by a partial ARN with the suffix that is missing', stack => ManagedSecret.fromAttributes(stack, 'Theirs', {
    secretCompleteArn: SECRET_ARN, encryption: AWS_KEY, sharedByOwner: true,
  }), /`secretCompleteArn` must be the ARN of a secret with its suffix/, 'Stack/Theirs'],

  // Attachment
  ['a second attachment', stack => {
    const target = { asSecretAttachmentTarget: () => ({ targetId: 'db', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) };
    const secret = secretIn(stack);
    secret.attach(target);
    secret.attach(target);
  }, /`attach` must be called once/],
];

test('the table has at least 40 cases', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
});

test.each(CASES)('%s gives one clear error with the construct path, and leaves nothing behind', (_, attempt, message, path = 'Stack/Secret') => {
  const stack = testStack();
  let error: Error | undefined;
  try {
    attempt(stack);
  } catch (caught) {
    error = caught as Error;
  }
  expect(error?.name).toBe('ManagedSecretsError');
  expect(error?.message).toMatch(message);
  expect(error?.message).toMatch(new RegExp(`\\[at ${path}\\]$`));
  expect(error?.message).not.toContain('hunter2');
  expect(leftovers.splice(0)).toEqual([]);
});

describe('an account that is not resolved', () => {
  test('fails where it decides whether a principal is of another account', () => {
    const secret = secretIn(agnosticStack());
    expect(() => secret.grantRead(new iam.AccountPrincipal(OTHER_ACCOUNT))).toThrow(/account of this stack is not resolved; set `env: \{ account, region \}`.*\[at Stack\/Secret\]$/);
  });

  test('does not stand in the way of a role of the same stack', () => {
    const stack = agnosticStack();
    expect(secretIn(stack).grantRead(role(stack)).success).toBe(true);
  });

  test('warns where two stacks may go to the same place with one name', () => {
    const app = testApp();
    const first = secretIn(agnosticStack('One', app));
    const second = new ManagedSecret(agnosticStack('Two', app), 'Secret', { namespace: first.namespace, purpose: 'key' });
    expect(second.node.metadata.map(each => each.data).join()).toContain('if both stacks go to one account and region, the second deployment fails');
  });
});

describe('a resource policy that is too large', () => {
  function synthesizeWithAccounts(count: number): () => unknown {
    const stack = testStack();
    const secret = secretIn(stack);
    for (let i = 0; i < count; i++) {
      secret.addToResourcePolicy(new iam.PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        principals: [new iam.ArnPrincipal(`arn:aws:iam::${String(i).padStart(12, '0')}:role/a-reader-with-a-rather-long-name`)],
        resources: ['*'],
        sid: `Account${i}`,
      }));
    }
    return () => (stack.node.root as ReturnType<typeof testApp>).synth();
  }

  test('fails with the number of characters and the path', () => {
    expect(synthesizeWithAccounts(120)).toThrow(/resource policy must have at most 20480 characters, got \d{5}.*\[at Stack\/Secret\]/);
  });

  test('passes when it fits', () => {
    expect(synthesizeWithAccounts(60)).not.toThrow();
  });
});

describe('values that only the deployment knows pass', () => {
  test.each<[string, (stack: Stack, token: string) => unknown]>([
    ['a purpose', (stack, token) => secretIn(stack, { purpose: token })],
    ['an adopted name', (stack, token) => secretIn(stack, { purpose: undefined, deployedName: DeployedName.explicit(token) })],
    ['an environment', (stack, token) => new SecretNamespace(stack, 'Secrets', { environment: token, service: 'payments' })],
    ['a description', (stack, token) => secretIn(stack, { description: token })],
    ['a complete ARN', (stack, token) => ManagedSecret.fromArn(stack, 'Theirs', token, AWS_KEY)],
    ['an organization', (stack, token) => namespace({ guardRails: [GuardRail.denyOutsideOrganization(token)] })(stack)],
    ['endpoints', (stack, token) => namespace({ guardRails: [GuardRail.denyOutsideVpcEndpoints(Token.asList(token))] })(stack)],
    ['a key', (stack, token) => SecretNamespace.fromAttributes(stack, 'Theirs', { ...NAMESPACE, encryption: keyOf(stack, token) })],
    ['a value', (stack, token) => secretIn(stack, { content: SecretContent.fromSecretValue(SecretValue.unsafePlainText(token)) })],
    ['a field of the template', (stack, token) => secretIn(stack, { content: SecretContent.generatedField({ template: { clientSecret: token } }) })],
    ['a length', (stack, token) => secretIn(stack, { content: SecretContent.generatedPassword(PasswordPolicy.of({ length: Token.asNumber(token) })) })],
  ])('%s', (_, attempt) => {
    const stack = testStack();
    const parameter = new CfnParameter(stack, 'Parameter');
    expect(() => attempt(stack, parameter.valueAsString)).not.toThrow();
    expect(() => (stack.node.root as ReturnType<typeof testApp>).synth()).not.toThrow();
  });
});
