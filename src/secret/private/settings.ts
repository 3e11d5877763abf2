import { aws_secretsmanager as secretsmanager, RemovalPolicy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { requireEncryption, type SecretEncryption } from '../../encryption/secret-encryption';
import { nameOfPurpose, requireSecretName } from '../../namespace/private/secret-name';
import { SecretNamespace } from '../../namespace/secret-namespace';
import type { ISecretNamespace } from '../../namespace/secret-namespace-props';
import { ARN_SUFFIX_PATTERN, secretArn } from '../../private/arns';
import { fail, pathOf } from '../../private/errors';
import { requireDeployable } from '../../private/guarded-deployment';
import { requireFreeSecretName } from '../../private/name-register';
import { namesOfGiven, requireMade } from '../../private/validation';
import type { ManagedSecretProps } from '../managed-secret-props';
import { SecretContent } from '../secret-content';
import { type Replica, settleReplicas } from './replicas';

const MAX_DESCRIPTION_LENGTH = 2048;

/** Given as undefined, so that a property injector of the L2 that gives defaults alone does not set them. */
const UNDEFINED_BY_US: Partial<secretsmanager.SecretProps> = {
  encryptionKey: undefined,
  replicaRegions: undefined,
  generateSecretString: undefined,
  secretStringValue: undefined,
  secretObjectValue: undefined,
};

/** The props, checked and completed, before anything is created. */
export interface Settings {
  readonly namespace: ISecretNamespace;
  readonly encryption: SecretEncryption;
  readonly content: SecretContent;
  /** Absent when CloudFormation made the name. */
  readonly name?: string;
  /** A deployed secret that keeps a name outside of the prefix. */
  readonly isOutsidePrefix: boolean;
  /** It is outside of the prefix, and a key of the namespace is to serve it, or a replica of it. */
  readonly needsKeyUse: boolean;
  readonly replicas: Replica[];
  readonly removalPolicy: RemovalPolicy;
  readonly tags: { [key: string]: string };
  readonly forL2: secretsmanager.SecretProps;
}

export function settle(scope: Construct, id: string, props: ManagedSecretProps): Settings {
  const path = pathOf(scope, id);
  requireNoPropsOfL2(path, props);
  const namespace = SecretNamespace._find(scope, path, props.namespace);
  requireOwnPlace(path, scope, namespace);
  requireDeployable(path, Stack.of(scope), namespace.guardRails);
  const name = settleName(path, namespace, props);
  const content = requireContent(path, props.content ?? SecretContent.generatedPassword());
  requireEncryption(path, props.encryption);
  const encryption = props.encryption ?? namespace.encryption;
  const removalPolicy = props.removalPolicy ?? namespace.removalPolicy;
  requireDescription(path, props.description);
  const isOutsidePrefix = name === undefined || (props.deployedName !== undefined && !name.startsWith(namespace.prefix));
  const stack = Stack.of(scope);
  const replicas = settleReplicas(path, stack, namespace, props.replicas);
  const needsKeyUse = isOutsidePrefix && isServedBy(namespace, encryption, replicas);
  if (needsKeyUse) {
    namespace._requireKeyUse(secretArn(scope, stack, name === undefined ? `<logical id of ${path}>-*`
      : `${name}${ARN_SUFFIX_PATTERN}`));
  }
  if (name !== undefined) requireFreeName(path, stack, name, replicas);
  return {
    namespace,
    encryption,
    content,
    name,
    isOutsidePrefix,
    needsKeyUse,
    replicas,
    removalPolicy,
    tags: { ...namespace.tags, ...requireTags(path, namespace, props.tags ?? {}), ...tagsOfContent(path, content, props.tags ?? {}) },
    forL2: {
      secretName: name,
      description: props.description ?? content._description,
      removalPolicy,
      ...UNDEFINED_BY_US,
      ...content._render(path),
    },
  };
}

function requireFreeName(path: string, stack: Stack, name: string, replicas: Replica[]): void {
  const { account, region } = stack;
  [region, ...replicas.map(each => each.region)].forEach(each => requireFreeSecretName(path, stack, name, { account, region: each }));
}

function isServedBy(namespace: ISecretNamespace, encryption: SecretEncryption, replicas: Replica[]): boolean {
  return encryption === namespace.encryption || replicas.some(each => each.encryption === namespace._encryptionIn(each.region));
}

/** A namespace is a trust domain of one account and region; its replicas elsewhere are made from here. */
function requireOwnPlace(path: string, scope: Construct, namespace: ISecretNamespace): void {
  const { account, region } = Stack.of(scope);
  for (const [what, own, theirs] of [['account', account, namespace.env.account], ['region', region, namespace.env.region]] as const) {
    if (Token.compareStrings(own, theirs) === TokenComparison.DIFFERENT) {
      fail(path, `\`namespace\` must be of this stack's ${what} ${own}, got ${namespace.node.path} of ${theirs}; `
        + 'create the secret in a stack there, or import it with ManagedSecret.fromNamespace');
    }
  }
}

/** What the L2 calls by another name: callers whom no compiler checks would lose it without a word. */
const PROPS_OF_L2: Record<string, string> = {
  secretName: '`purpose`, or for a deployed secret `deployedName: DeployedName.explicit(…)`',
  encryptionKey: '`encryption: SecretEncryption.customerManagedKey(…)`',
  generateSecretString: '`content`',
  secretStringValue: '`content`',
  secretObjectValue: '`content`',
  secretStringBeta1: '`content`',
  replicaRegions: '`replicas`',
};

function requireNoPropsOfL2(path: string, props: ManagedSecretProps): void {
  const [name] = namesOfGiven({ ...props }).filter(each => each in PROPS_OF_L2);
  if (name !== undefined) fail(path, `\`${name}\` is a prop of the L2 \`Secret\`, and not of this construct; use ${PROPS_OF_L2[name]}`);
}

function settleName(path: string, namespace: ISecretNamespace, { purpose, deployedName }: ManagedSecretProps): string | undefined {
  requireMade(path, 'deployedName', deployedName, { member: '_name', words: 'a DeployedName, such as DeployedName.generated()' });
  if (purpose !== undefined && deployedName !== undefined) fail(path, 'only one of `purpose` and `deployedName` may be given; keep one');
  if (deployedName === undefined) return nameOfPurpose(path, namespace.prefix, purpose ?? failWithoutName(path));
  if (deployedName._name !== undefined) requireSecretName(path, 'deployedName', deployedName._name);
  return deployedName._name;
}

function failWithoutName(path: string): never {
  return fail(path, '`purpose` must be given: what the secret is for, such as "stripe-api-key"; a secret that is deployed already keeps '
    + 'its name '
    + 'by `deployedName: DeployedName.explicit(…)`, or DeployedName.generated() when CloudFormation made it');
}

/** A caller whom no compiler checks may give the value itself, which stays out of the message. */
export function requireContent(path: string, content: SecretContent): SecretContent {
  if (typeof content._render !== 'function') fail(path, '`content` must be a SecretContent, such as SecretContent.empty()');
  return content;
}

export function requireDescription(path: string, description?: string): void {
  if (description !== undefined && !Token.isUnresolved(description) && description.length > MAX_DESCRIPTION_LENGTH) {
    fail(path, `\`description\` must have at most ${MAX_DESCRIPTION_LENGTH} characters, got ${description.length}; shorten it`);
  }
}

function requireTags(path: string, namespace: ISecretNamespace, tags: { [key: string]: string }): { [key: string]: string } {
  const keys = Object.keys(tags);
  const reserved = keys.find(key => /^aws:/i.test(key));
  if (reserved !== undefined) {
    fail(path, `\`tags\` must not hold ${JSON.stringify(reserved)}, `
    + 'because AWS keeps the prefix "aws:" for itself; rename it');
  }
  const twins = keys.flatMap(key => Object.keys(namespace.tags).filter(each => each !== key && each.toLowerCase() === key.toLowerCase())
    .map(each => [key, each].map(name => JSON.stringify(name))));
  if (twins.length > 0) {
    const [[key, other]] = twins;
    fail(path, `\`tags\` must not hold ${key} beside ${other} of the namespace, because policies find a tag in any case; write ${other}`);
  }
  return tags;
}

function tagsOfContent(path: string, content: SecretContent, tags: { [key: string]: string }): { [key: string]: string } {
  const own = content._tags(path);
  const [twice] = Object.keys(own).filter(key => key in tags);
  if (twice !== undefined) fail(path, `\`tags\` must not hold ${twice}, which comes of \`expires\` of the content; keep one`);
  return own;
}
