import type { Duration } from 'aws-cdk-lib';
import { KEY_ENVIRONMENT } from '../contract/keys';
import { CredentialKind } from '../credential-kind';
import { type BoundKind, placeholder } from '../private/bound-kind';
import { requireRoom, retentionSeconds } from '../private/key-retention';

/**
 * Secret keys with ids that an application uses itself, as a JSON Web Key Set: `keys`, the id of the `active` key and that of the `next`.
 *
 * Whoever encrypts or hashes takes the `active` key and stores its id beside what it made; whoever decrypts or compares takes the key of
 * that id. A rotation lets the next key take over, which every reader knows already. Keys of the past are kept for ever, unless said
 * otherwise: what a key encrypted is lost without it. At least 200 fit into a secret; when the next does not, a rotation fails and says so.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export class EncryptionKey extends CredentialKind {
  /**
   * Keys of 256 bits for AES-GCM, in `k` of each key.
   *
   * @param retention for how long after its last use for encryption a key can still decrypt; for ever when left out
   */
  public static aes256(retention?: Duration): EncryptionKey {
    return new EncryptionKey('encryption keys', { name: 'encryptionKey', algorithm: 'A256GCM', retention });
  }

  /**
   * Random texts of 256 bits that go into a hash of a password beside its salt, in `k` of each key.
   *
   * @param retention for how long after a pepper was replaced hashes are still compared with it; for ever when left out
   */
  public static pepper(retention?: Duration): EncryptionKey {
    return new EncryptionKey('peppers', { name: 'pepper', algorithm: 'pepper', retention });
  }

  private constructor(
    title: string,
    private readonly use: {
      readonly name: 'encryptionKey' | 'pepper';
      readonly algorithm: 'A256GCM' | 'pepper';
      readonly retention?: Duration;
    },
  ) {
    super(title);
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { name, algorithm, retention } = this.use;
    const seconds = retention === undefined ? undefined : retentionSeconds(path, 'retention', retention);
    return {
      name,
      title: this._title,
      rotatedBy: 'keys',
      overlap: 'untilNextRotation',
      ...placeholder(),
      environment: {
        [KEY_ENVIRONMENT.ALGORITHM]: algorithm,
        ...(seconds !== undefined && { [KEY_ENVIRONMENT.RETENTION_SECONDS]: `${seconds}` }),
      },
      requireSchedule: (construct, rotation) => seconds === undefined ? undefined
        : requireRoom(construct, rotation, { prop: 'retention', seconds, algorithm }),
    };
  }
}
