import { Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { KEY_ENVIRONMENT, RSA_BITS, type SSH_TYPES } from '../contract/keys';
import { CredentialKind } from '../credential-kind';
import { type BoundKind, placeholder } from '../private/bound-kind';

/** Printable characters without what a line of `authorized_keys` would read otherwise. */
const COMMENT = /^[A-Za-z0-9@._+-][A-Za-z0-9@._+ -]{0,99}$/;

/**
 * Key pairs for SSH in the files of OpenSSH. The secret holds the `privateKey` and the `publicKey` of the pair in use, the `next` pair,
 * and `authorizedKeys`: the public keys of these and of the pair before, as the file of a server holds them.
 *
 * A rotation makes a pair and lets the one before it be used, whose public key servers know already. Whoever keeps the file of a server
 * must read `authorizedKeys` between two rotations. A client has the private key without a passphrase.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export class SshKeyPair extends CredentialKind {
  /**
   * Pairs of Ed25519.
   *
   * @param comment what stands behind each public key, for those who read the file of a server
   */
  public static ed25519(comment?: string): SshKeyPair {
    return new SshKeyPair('ed25519', comment);
  }

  /**
   * Pairs of RSA, for servers that do not know Ed25519. Give the `CredentialRotator` of a large key `memorySize` from 1024 on.
   *
   * @param bits 2048, 3072 or 4096; 3072 when left out
   * @param comment what stands behind each public key, for those who read the file of a server
   */
  public static rsa(bits?: number, comment?: string): SshKeyPair {
    return new SshKeyPair('rsa', comment, bits);
  }

  private constructor(private readonly type: typeof SSH_TYPES[number], private readonly comment?: string, private readonly bits?: number) {
    super('SSH key pairs');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { type, comment, bits } = this;
    if (bits !== undefined && !RSA_BITS.some(each => each === bits)) {
      fail(path, `\`bits\` must be one of ${RSA_BITS.join(', ')}, got ${bits}`);
    }
    if (comment !== undefined && !Token.isUnresolved(comment) && !(typeof comment === 'string' && COMMENT.test(comment))) {
      fail(path, `\`comment\` must be 1 to 100 letters, digits, spaces and @._+-, got ${JSON.stringify(comment)}; `
        + 'correct it, or leave it out');
    }
    return {
      name: 'sshKeyPair',
      title: this._title,
      rotatedBy: 'keys',
      overlap: 'untilNextRotation',
      ...placeholder(),
      environment: {
        [KEY_ENVIRONMENT.SSH_TYPE]: type,
        ...(bits !== undefined && { [KEY_ENVIRONMENT.RSA_BITS]: `${bits}` }),
        ...(comment !== undefined && { [KEY_ENVIRONMENT.SSH_COMMENT]: comment }),
      },
    };
  }
}
