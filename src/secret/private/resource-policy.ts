import { aws_secretsmanager as secretsmanager, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { renderedSize } from '../../private/policy-size';

/** Longest resource policy that Secrets Manager accepts, in characters. */
const MAX_RESOURCE_POLICY_CHARACTERS = 20_480;

/** Makes the L2's policy one that cannot become public, that leaves the account when the secret does, and that fits. */
export function hardenResourcePolicy(secret: secretsmanager.Secret, removalPolicy: RemovalPolicy): void {
  const policy = secret.node.findChild('Policy') as secretsmanager.ResourcePolicy;
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

