import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AccessKeys, CreatedKey, Iam, iamClient } from './access-keys';
import { ACCESS_KEY_KINDS, MAX_ACCESS_KEYS } from '../../../../src/rotation/contract/access-keys';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import { CALL_TIMEOUTS } from '../../engine/call-timeouts';
import type { CredentialKind, KindContext, OccupiedSlot } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { awsFailure, nameOf } from '../aws-failure';
import { textsIn } from '../json-value';

/** The value of the secret. */
export interface AccessKeyValue extends CreatedKey {
  readonly userName: string;
}

/** Signs with the key of the value. */
export type Sts = (key: CreatedKey) => Pick<STSClient, 'send'>;

/** What STS says to a key that it does not know: not yet, not any more, or with another secret. */
const REFUSALS = ['InvalidClientTokenId', 'SignatureDoesNotMatch', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'AuthFailure'];

/** A key is known in most places within seconds. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html */
export const PROPAGATION_MS = 30_000;

function stsClient({ accessKeyId, secretAccessKey }: CreatedKey): Pick<STSClient, 'send'> {
  return new STSClient({ credentials: { accessKeyId, secretAccessKey }, requestHandler: CALL_TIMEOUTS });
}

/** The access key of an IAM user. The older one works until the next rotation needs its place. */
export class IamAccessKeyKind implements CredentialKind<AccessKeyValue> {
  public readonly name = ACCESS_KEY_KINDS.IAM_ACCESS_KEY;
  public readonly slots = MAX_ACCESS_KEYS;
  public readonly createsOutside = true;
  public readonly propagationMs = PROPAGATION_MS;
  private readonly keys: AccessKeys;

  constructor(iam: () => Iam = iamClient, private readonly sts: Sts = stsClient) {
    this.keys = new AccessKeys(iam);
  }

  public parse(text: string, which: string): AccessKeyValue {
    return textsIn(text, which, ['userName', 'accessKeyId', 'secretAccessKey']);
  }

  public format({ userName, accessKeyId, secretAccessKey }: AccessKeyValue): string {
    return JSON.stringify({ userName, accessKeyId, secretAccessKey });
  }

  public slotOf({ accessKeyId }: AccessKeyValue): string {
    return accessKeyId;
  }

  public async generate(_: AccessKeyValue | undefined, context: KindContext): Promise<AccessKeyValue> {
    return { userName: this.keys.userOf(context), ...await this.keys.create(context) };
  }

  public async list(current: AccessKeyValue | undefined, context: KindContext): Promise<OccupiedSlot[]> {
    return this.keys.list(current?.accessKeyId, context);
  }

  /** `generate` has done it. */
  public async apply(): Promise<void> {}

  /** Whose key it is, STS says: whoever may only write the secret shall not have another user's key handed out. */
  public async verify(value: AccessKeyValue, context: KindContext): Promise<boolean> {
    const caller = await this.callerOf(value);
    if (caller === undefined) return false;
    if (isUser(caller, this.keys.userOf(context), context.secretArn)) return true;
    throw new RotationError('configuration', 'the access key belongs to another user than the tags of the secret name; somebody else has '
      + 'written the secret: begin another rotation, with RotateSecret, and find out who');
  }

  public async retire(slot: string, _: AccessKeyValue | undefined, context: KindContext): Promise<void> {
    await this.keys.delete(slot, context);
  }

  public async isDedicated({ tags }: KindContext): Promise<boolean> {
    return tags[ROTATION_TAGS.DEDICATED] === 'true';
  }

  private async callerOf(key: CreatedKey): Promise<string | undefined> {
    try {
      return (await this.sts(key).send(new GetCallerIdentityCommand({}))).Arn;
    } catch (error) {
      if (REFUSALS.includes(nameOf(error))) return undefined;
      throw awsFailure(error, 'trying the access key with STS');
    }
  }
}

/** `arn:aws:iam::<account>:user/<path>/<name>`; the account is that of the secret. */
function isUser(callerArn: string, userName: string, secretArn: string): boolean {
  const [, , , , account, user] = callerArn.split(':');
  return account === secretArn.split(':')[4] && user.startsWith('user/') && user.split('/').at(-1) === userName;
}
