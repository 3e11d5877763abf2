import type { Socket } from 'net';
import type { Client } from 'pg';
import type { ConnectOptions } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';

/**
 * What a server may ask a password for. SCRAM gives it nothing to log in with, is bound to the certificate where the server offers that,
 * and shows that the server knows the password, too. MD5 gives it less than the password, and only where the user wants that.
 *
 * A driver does whatever it is asked, also another method after the first: so the connection is cut off before it can answer.
 */
export class PostgresAuthentication {
  private refusal?: RotationError;
  private isProven = false;
  private readonly allowsMd5: boolean;

  constructor(private readonly stream: Socket, { legacyAuthentication = [] }: Pick<ConnectOptions, 'legacyAuthentication'>) {
    this.allowsMd5 = legacyAuthentication.includes('md5');
  }

  /** Goes before `connect`, so that it hears of each request before the driver. */
  public watch(client: Client): void {
    const { connection } = client;
    connection.on('authenticationCleartextPassword', () => this.refuse('the database wants the password in clear text, and gets none; let '
      + 'its users log in by SCRAM-SHA-256'));
    connection.on('authenticationMD5Password', () => {
      if (this.allowsMd5) {
        this.isProven = true;
      } else {
        this.refuse('the database wants a login by MD5; let its users log in by SCRAM-SHA-256, or allow MD5 by name in '
        + '`legacyAuthentication`');
      }
    });
    // The driver fails first when the proof of the server is wrong.
    connection.on('authenticationSASLFinal', () => this.isProven = true);
  }

  /** Goes after `connect`: fails also when the server let the user in without a proof. */
  public check(): void {
    if (!this.isProven) {
      this.refuse('the database lets the user in without asking for the password, so that nothing shows which one is '
      + 'right; let its users log in by SCRAM-SHA-256');
    }
    if (this.refusal) throw this.refusal;
  }

  /** Why the connection was cut off, if it was. */
  public reason(): RotationError | undefined {
    return this.refusal;
  }

  private refuse(message: string): void {
    this.refusal ??= new RotationError('configuration', message);
    this.stream.destroy();
  }
}
