import {
  CreateAccessKeyCommand, DeleteAccessKeyCommand, GetAccessKeyLastUsedCommand, IAMClient, ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import { CALL_TIMEOUTS } from '../../engine/call-timeouts';
import type { KindContext, OccupiedSlot } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { lambdaCredentials } from '../../engine/lambda-credentials';
import { awsFailure, KnownFailures, nameOf } from '../aws-failure';
import { tagIn } from '../json-value';

export type Iam = Pick<IAMClient, 'send'>;

/** An access key as IAM gives it, once. */
export interface CreatedKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Those at which a new key is tried. */
const OWN_SERVICES = ['sts', 'ses'];

/** Attempts of a rotation go on for so long, as a rule. */
const ROTATION_MS = 60 * 60_000;

const FAILURES: KnownFailures = [
  ['NoSuchEntityException', 'configuration', 'finds no such user; check that the user of the secret exists'],
  ['NoSuchEntity', 'configuration', 'finds no such user; check that the user of the secret exists'],
  ['LimitExceededException', 'transient', 'is refused because the user has two access keys, of which one was made just now; Secrets '
    + 'Manager will try again'],
  ['EntityTemporarilyUnmodifiableException', 'transient', 'is refused while the user is being changed; Secrets Manager will try again'],
];

/** Nothing is tried twice by the client: a key whose answer was lost would be made again. Secrets Manager repeats the step. */
export function iamClient(): Iam {
  return new IAMClient({ credentials: lambdaCredentials, maxAttempts: 1, requestHandler: CALL_TIMEOUTS });
}

/** The access keys of the one user that the tags of the secret name. */
export class AccessKeys {
  constructor(private readonly iam: () => Iam) {}

  public userOf({ tags }: KindContext): string {
    return tagIn(tags, ROTATION_TAGS.USER);
  }

  public async create(context: KindContext): Promise<CreatedKey> {
    const { AccessKey } = await this.call('making an access key', async () => this.iam()
      .send(new CreateAccessKeyCommand({ UserName: this.userOf(context) })));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey ?? {};
    if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
    throw new RotationError('transient', 'the answer of IAM holds no access key; Secrets Manager will try again');
  }

  /** All of them, whoever made them; of those that are not this one, whether anybody has used them. */
  public async list(inUse: string | undefined, context: KindContext): Promise<OccupiedSlot[]> {
    const UserName = this.userOf(context);
    const { AccessKeyMetadata: keys = [] } = await this.call('listing the access keys', async () => this.iam()
      .send(new ListAccessKeysCommand({ UserName })));
    return Promise.all(keys.map(async ({ AccessKeyId: slot = '', CreateDate: createdAt }) => (
      { slot, createdAt, isUsed: slot !== inUse && await this.isUsed(slot, createdAt) })));
  }

  /** A key that is gone is no error. */
  public async delete(accessKeyId: string, context: KindContext): Promise<void> {
    await this.call('deleting an access key', async () => this.iam()
      .send(new DeleteAccessKeyCommand({ UserName: this.userOf(context), AccessKeyId: accessKeyId })).catch((error: unknown) => {
        if (!nameOf(error).startsWith('NoSuchEntity')) throw error;
      }));
  }

  /** By somebody else than a rotation, which tries a key with STS when it has made it, and may be given up then. */
  private async isUsed(AccessKeyId: string, createdAt = new Date(0)): Promise<boolean> {
    const { AccessKeyLastUsed } = await this.call('asking when an access key was used', async () => this.iam()
      .send(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
    const { LastUsedDate: usedAt, ServiceName } = AccessKeyLastUsed ?? {};
    if (usedAt === undefined) return false;
    return !OWN_SERVICES.includes(ServiceName ?? '') || usedAt.getTime() - createdAt.getTime() > ROTATION_MS;
  }

  private async call<T>(activity: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw awsFailure(error, activity, FAILURES);
    }
  }
}
