import { checkSameServer, checkUsername, Credentials, parseCredentials, renewedDocument } from './credentials';
import type { DatabaseAccess } from './database-access';
import type { DatabaseAdapter } from './database-adapter';
import { RotationError } from './errors';
import { newPassword, PasswordPolicy } from './password';
import type { Rotated } from './rotation';
import type { RotationStep } from './rotation-event';
import type { ReadStage, SecretStore } from './secret-store';
import type { RotationStrategy } from './strategies/strategy';

export interface DatabaseRotationOptions {
  readonly adapters: readonly DatabaseAdapter[];
  readonly store: SecretStore;
  readonly access: DatabaseAccess;
  readonly strategy: RotationStrategy;
  readonly passwordPolicy: PasswordPolicy;
  /** The superuser secret, when the secret itself does not name it. */
  readonly superuserArn?: string;
}

/** Rotates the password of a database user. */
export class DatabaseRotation implements Rotated {
  constructor(private readonly options: DatabaseRotationOptions) {}

  public reads(step: RotationStep): readonly ReadStage[] {
    switch (step) {
      case 'createSecret': return ['AWSCURRENT'];
      case 'setSecret': return ['AWSPENDING', 'AWSCURRENT'];
      case 'testSecret': return ['AWSPENDING'];
      case 'finishSecret': return this.options.store.isTested() ? [] : ['AWSPENDING'];
    }
  }

  public async create(): Promise<string> {
    const { strategy, passwordPolicy } = this.options;
    const current = await this.current();
    strategy.check(current);
    const password = newPassword(passwordPolicy, current.adapter.refusedCharacters);
    return renewedDocument(current, strategy.nextUsername(current), password);
  }

  public async set(): Promise<'set' | 'alreadySet'> {
    const { strategy, store, access } = this.options;
    const pending = await this.pending();
    const current = await this.current();
    strategy.check(current);
    checkSameServer(pending, current);
    checkUsername(pending, strategy.nextUsername(current));
    return strategy.set({ pending, current, store, access });
  }

  public async test(): Promise<void> {
    const works = await this.options.access.as('AWSPENDING', await this.pending(), async session => session.probe());
    if (!works) {
      throw new RotationError('refused', 'the database refuses AWSPENDING; check that setSecret has run and that nobody else changes the password');
    }
  }

  private async pending(): Promise<Credentials> {
    return this.parse(await this.options.store.pending(), 'AWSPENDING');
  }

  private async current(): Promise<Credentials> {
    return this.parse(await this.options.store.current(), 'AWSCURRENT');
  }

  private parse(text: string, which: string): Credentials {
    const { adapters, superuserArn } = this.options;
    const credentials = parseCredentials(text, which, adapters);
    return { ...credentials, superuserArn: credentials.superuserArn ?? superuserArn };
  }
}
