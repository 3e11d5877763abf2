import { aws_iam as iam, aws_secretsmanager as secretsmanager, CfnResource, cx_api, FeatureFlags, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { fail } from '../../private/errors';
import { renderedSize } from '../../private/policy-size';

/** Longest resource policy that Secrets Manager accepts, in characters. */
const MAX_RESOURCE_POLICY_CHARACTERS = 20_480;

/** The id of the L2: it is part of the logical id of deployed policies. */
const POLICY_ID = 'Policy';

/**
 * Makes the L2's policy one that Secrets Manager refuses when it finds it public, that leaves the account when the secret does, and that
 * fits.
 */
export function hardenResourcePolicy(secret: secretsmanager.Secret, removalPolicy: RemovalPolicy): void {
  const policy = policyOf(secret);
  const resource = policy.node.defaultChild as secretsmanager.CfnResourcePolicy;
  resource.blockPublicPolicy = true;
  resource.applyRemovalPolicy(removalPolicy);
  policy.node.addValidation({
    validate: () => {
      const size = renderedSize(Stack.of(policy).resolve(policy.document));
      return size <= MAX_RESOURCE_POLICY_CHARACTERS ? [] : [
        `the resource policy must have at most ${MAX_RESOURCE_POLICY_CHARACTERS} characters, got ${size}; `
        + `name an organization (aws:PrincipalOrgID) instead of its accounts, or join statements [at ${secret.node.path}]`,
      ];
    },
  });
}

/**
 * Denies deletion, as the L2 does it. A policy that this makes is one that Secrets Manager refuses when it finds it public; one that
 * the app has made is left as it is.
 */
export function denyDeletion(secret: secretsmanager.ISecret): void {
  // That of an attached secret stands beside the attachment.
  const policies = () => [secret, secret.node.scope].flatMap(scope => scope?.node.tryFindChild(POLICY_ID) ?? []);
  const before = policies();
  secret.denyAccountRootDelete();
  for (const policy of policies().filter(each => !before.includes(each))) {
    (policy.node.defaultChild as secretsmanager.CfnResourcePolicy).blockPublicPolicy = true;
  }
}

/**
 * Gives the policy, to which an attachment has added a statement, the logical id that the L2 gives it. Without the feature flag, the L2
 * puts it below the attachment. CloudFormation refuses a second policy of one secret, so that a deployed one must keep its logical id.
 */
export function keepPolicyOfAttachment(secret: secretsmanager.Secret, attachment: secretsmanager.CfnSecretTargetAttachment): void {
  if (FeatureFlags.of(secret).isEnabled(cx_api.SECRETS_MANAGER_TARGET_ATTACHMENT_RESOURCE_POLICY)) return;
  const policy = policyOf(secret).node.defaultChild as secretsmanager.CfnResourcePolicy;
  policy.overrideLogicalId(logicalIdBelow(attachment.node.scope!));
  policy.secretId = attachment.ref;
}

/** Fails on a statement that lets everybody in. Whether conditions are narrow enough is for Secrets Manager to say, at deployment. */
export function requireNotPublic(secret: IConstruct, statement: iam.PolicyStatement): void {
  if (statement.effect !== iam.Effect.ALLOW) return;
  const { Principal, NotPrincipal, Condition = {} } = Stack.of(secret).resolve(statement.toStatementJson());
  const everybody = NotPrincipal !== undefined || Principal === '*' || [Principal?.AWS].flat().includes('*');
  if (!everybody || Object.keys(Condition).length > 0) return;
  fail(secret.node.path, '`addToResourcePolicy` must not let in everybody, got an allowing statement for every principal without a '
    + 'condition; '
    + 'name the principals, or share the secret by CrossAccountSecretPolicy');
}

function policyOf(secret: secretsmanager.Secret): secretsmanager.ResourcePolicy {
  return secret.node.findChild(POLICY_ID) as secretsmanager.ResourcePolicy;
}

/** What the stack calls a policy that stands there, without leaving one there. */
function logicalIdBelow(scope: IConstruct): string {
  const place = new Construct(scope as Construct, POLICY_ID);
  const logicalId = Stack.of(place).getLogicalId(new CfnResource(place, 'Resource', { type: 'AWS::SecretsManager::ResourcePolicy' }));
  scope.node.tryRemoveChild(POLICY_ID);
  return logicalId;
}
