import { checkSameServer, checkUsername, Credentials, parseCredentials, renewedDocument } from './credentials';
import type { DatabaseAccess } from './database-access';
import type { DatabaseAdapter } from './database-adapter';
import { checkServer, DatabaseServer, serverIn, superuserArnIn } from './database-server';
import { RotationError } from './errors';
import { newPassword } from './password';
import { Rotated, valuesOf } from './rotation';
import type { RotationStep } from './rotation-event';
import type { ReadStage, SecretStore } from './secret-store';
import type { RotationStrategy } from './strategies/strategy';
import type { PasswordRules } from '../../../src/rotation/contract/passwords';
import type { RotationStrategyName } from '../../../src/rotation/contract/strategies';

export interface DatabaseRotationOptions {
  readonly adapters: readonly DatabaseAdapter[];
  readonly store: SecretStore;
  readonly access: DatabaseAccess;
  readonly strategy: RotationStrategy;
  readonly strategyName: RotationStrategyName;
  readonly passwordPolicy: PasswordRules;
  /** The superuser secret, when neither the tags of the secret nor its value name it. */
  readonly superuserArn?: string;
}

/**
 * Rotates the password of a database user.
 *
 * The server and the superuser are those that the tags of the secret name, where they do: whoever may write its value shall not get a
 * password, nor the function to log in elsewhere, by naming others.
 */
export class DatabaseRotation implements Rotated {
  public readonly log: Rotated['log'];

  constructor(private readonly options: DatabaseRotationOptions) {
    this.log = { strategy: options.strategyName };
  }

  public reads(step: RotationStep): readonly ReadStage[] {
    return valuesOf(step, this.options.store);
  }

  public async create(): Promise<string> {
    const { strategy, passwordPolicy, store } = this.options;
    const current = await this.current();
    strategy.check(current, (await store.described()).arn);
    const password = newPassword(passwordPolicy, current.adapter.engine.refusedCharacters);
    return renewedDocument(current, strategy.nextUsername(current), password);
  }

  public async set(): Promise<'set' | 'alreadySet'> {
    const { strategy, store, access } = this.options;
    const pending = await this.pending();
    const current = await this.current();
    checkSameServer(pending, current);
    strategy.check(current, (await store.described()).arn);
    checkUsername(pending, strategy.nextUsername(current));
    return strategy.set({ pending, current, server: await this.server(), store, access });
  }

  public async test(): Promise<void> {
    const works = await this.options.access.as('AWSPENDING', await this.pending(), async session => session.probe());
    if (!works) {
      throw new RotationError('refused', 'the database refuses AWSPENDING; check that setSecret has run and that nobody else changes the '
        + 'password');
    }
  }

  private async pending(): Promise<Credentials> {
    return this.checked(await this.options.store.pending(), 'AWSPENDING');
  }

  private async current(): Promise<Credentials> {
    const { store, superuserArn } = this.options;
    const credentials = await this.checked(await store.current(), 'AWSCURRENT');
    const { tags, arn } = await store.described();
    return { ...credentials, superuserArn: superuserArnIn(tags, arn) ?? credentials.superuserArn ?? superuserArn };
  }

  private async checked(text: string, which: string): Promise<Credentials> {
    const credentials = parseCredentials(text, which, this.options.adapters);
    checkServer(which, credentials, await this.server());
    return credentials;
  }

  private async server(): Promise<DatabaseServer | undefined> {
    return serverIn((await this.options.store.described()).tags);
  }
}
