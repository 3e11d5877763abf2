import type { Input, Output } from './operations';
import type { SecretRecord } from './secret-record';
import type { Secrets } from './secrets';
import { FAILURES } from './service-failure';

/** The most characters of a policy. */
const MAX_POLICY = 20_480;

/** The operations on the resource policies of secrets. */
export class ResourcePolicies {
  constructor(private readonly secrets: Secrets) {}

  public GetResourcePolicy({ SecretId }: Input): Output {
    const { arn, name, policy } = alive(this.secrets.visible(SecretId));
    return { ARN: arn, Name: name, ResourcePolicy: policy };
  }

  public PutResourcePolicy({ SecretId, ResourcePolicy, BlockPublicPolicy }: Input): Output {
    if (ResourcePolicy.length > MAX_POLICY) throw FAILURES.policyTooLong();
    const statements = statementsOf(ResourcePolicy);
    if (BlockPublicPolicy && statements.some(isPublic)) throw FAILURES.publicPolicy();
    return this.secrets.change(SecretId, (secret) => {
      alive(secret).policy = ResourcePolicy;
      return { ARN: secret.arn, Name: secret.name };
    });
  }

  public DeleteResourcePolicy({ SecretId }: Input): Output {
    return this.secrets.change(SecretId, (secret) => {
      alive(secret).policy = undefined;
      return { ARN: secret.arn, Name: secret.name };
    });
  }
}

function alive(secret: SecretRecord): SecretRecord {
  if (secret.deleted !== undefined) throw FAILURES.deleted();
  return secret;
}

function statementsOf(policy: string): Input[] {
  try {
    const { Statement } = JSON.parse(policy);
    const statements = [Statement].flat();
    if (statements.length > 0 && statements.every(({ Effect, Action, Resource }) => Effect && Action && Resource)) return statements;
  } catch { /* what cannot be read is malformed */ }
  throw FAILURES.malformedPolicy();
}

/** Broad access is what everybody is allowed without a condition. */
function isPublic({ Effect, Principal, Condition }: Input): boolean {
  return Effect === 'Allow' && [Principal?.AWS ?? Principal].flat().includes('*') && Condition === undefined;
}
