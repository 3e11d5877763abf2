import type { ReviewedPrincipal } from './reviewed-principal';
import type { Secret } from '../model/model';
import { requestsOn, ROTATE_AS_FUNCTION } from '../model/operations';
import type { Context } from '../model/request';
import { contextOf, encryptionContext, viaSecretsManager, VERSION_ID } from '../model/request-context';
import { contextOfSecret } from '../model/targets';
import type { AccessRequest, RequestContext } from '../policy/types';

/** Keys that only a request of a service in its own name has. */
const OF_SERVICES = ['aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOrgID', 'aws:SourceOrgPaths', 'aws:PrincipalServiceName', 'aws:PrincipalServiceNamesList'];
/** Keys of the network, which a call that Secrets Manager makes for the principal does not have. */
const OF_NETWORK = ['aws:SourceIp', 'aws:SourceVpc', 'aws:SourceVpcArn', 'aws:SourceVpce', 'aws:VpcSourceIp'];

/** The requests of one principal about one secret; what is the same for each is made once. */
export class PairRequests {
  private onSecret?: RequestContext;
  private onKey?: RequestContext;

  constructor(private readonly principal: ReviewedPrincipal, private readonly secret: Secret, private readonly keyArn: string) {}

  public of(action: string): AccessRequest {
    const ofKey = action.startsWith('kms:');
    return {
      principal: this.principal.request,
      action,
      resource: ofKey ? this.keyArn : this.secret.arn,
      resourceAccount: ofKey ? this.keyArn.split(':')[4] : this.secret.account,
      context: ofKey ? this.onKey ??= this.contextOfKey() : this.onSecret ??= this.contextOfSecret(),
    };
  }

  private contextOfSecret(): RequestContext {
    const { secret, principal: { caller } } = this;
    const known = () => {
      const target = { arn: secret.arn, account: secret.account, tags: secret.tags, context: contextOfSecret(secret) };
      const [{ context }] = requestsOn(secret, caller, ['secretsmanager:']);
      return contextOf({ principal: caller, action: 'secretsmanager:', resource: secret.arn, context }, target);
    };
    return this.context(known, [
      'aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast', 'aws:ResourceTag/*', 'secretsmanager:ResourceTag/*',
      'secretsmanager:resource/AllowRotationLambdaArn',
    ]);
  }

  private contextOfKey(): RequestContext {
    const { secret, principal: { caller }, keyArn } = this;
    const known = () => {
      const [, , , , account] = keyArn.split(':');
      const key = secret.key;
      const target = { arn: keyArn, account, tags: key?.tags ?? {}, context: key?.aliases.length ? { 'kms:ResourceAliases': key.aliases } : {} as Context };
      const context = { ...viaSecretsManager(secret.region), ...encryptionContext(secret.arn, VERSION_ID) };
      return contextOf({ principal: caller, action: 'kms:', resource: keyArn, context }, target);
    };
    return this.context(known, [
      ...OF_NETWORK, 'kms:EncryptionContext:*', 'aws:ResourceTag/*', 'kms:RecipientAttestation:*', 'secretsmanager:*',
    ]);
  }

  /** What is known is made when a condition asks for it. */
  private context(known: () => Context, absent: string[]): RequestContext {
    return {
      get known() { return known(); },
      absent: this.principal.kind === 'service' ? absent : [...absent, ...OF_SERVICES],
    };
  }
}

/** Decrypts with the key of the secret, without Secrets Manager. */
export function directDecryption({ request, caller }: ReviewedPrincipal, secret: Secret): AccessRequest {
  const key = secret.key!;
  const target = { ...key, context: key.aliases.length > 0 ? { 'kms:ResourceAliases': key.aliases } : {} as Context };
  const known = contextOf({ principal: caller, action: 'kms:', resource: key.arn, context: encryptionContext(secret.arn, VERSION_ID) }, target);
  const absent = ['kms:ViaService', 'aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast', 'aws:ResourceTag/*', 'kms:RecipientAttestation:*', ...OF_SERVICES];
  return { principal: request, action: 'kms:Decrypt', resource: key.arn, resourceAccount: key.account, context: { known, absent } };
}

/** What the function of a rotation needs, each once. */
export const ACTIONS_OF_ROTATION_FUNCTION = [...new Set(ROTATE_AS_FUNCTION)];
