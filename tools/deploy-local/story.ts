import { randomBytes } from 'crypto';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Account, DeployedSecret } from './account';
import { afterCreation, Checks, covers, lost, Secrets, unlikeTemplate } from './checks';
import { BEGINNING, PARAMETER, payments, PaymentsApp, PLAIN_TEXT, READER, roleOf } from './payments';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';

const PURPOSES = ['stripe-api-key', 'database', 'certificate', 'endpoint', 'partner', 'mail', 'pin', 'webhook'];

/** The life of an app's secrets: each chapter deploys, and reads what became of every secret that there has been. */
export class Story {
  private readonly parameters = { [PARAMETER]: randomBytes(16).toString('hex') };
  private app: PaymentsApp = BEGINNING;
  private secrets: Secrets = new Map();

  constructor(private readonly account: Account, private readonly checks: Checks) {}

  public async tell(): Promise<void> {
    await this.created();
    await this.valuesByHand();
    await this.updated();
    await this.generatedAgain();
    await this.renamed();
    await this.removed();
    await this.stackDeleted();
    await this.namesTaken();
    await this.failedAndRepeated();
    await this.destroyed();
  }

  private async created(): Promise<void> {
    this.checks.begin('A namespace, secrets of every content, guard rails, a share with another account and a role are created');
    const stack = await this.deploy({});
    this.secrets = await this.read(names('prod'));
    this.checks.none('each secret is there under its name', names('prod').filter(name => !this.secrets.has(name)));
    this.checks.none('each has the value that its content promises', this.unpromised());
    const key = await this.account.key('alias/secrets/prod/payments');
    this.checks.none('each is encrypted under the key that the alias of the namespace names', this.but(({ keyId }) => keyId === key.arn));
    const untagged = this.but(({ tags }) => tags.environment === 'prod' && tags.service === 'payments');
    this.checks.none('each has the tags of the namespace', untagged);
    this.checks.none('each has the resource policy of the template, guard rails and share included', unlikeTemplate(stack, this.secrets));
    this.checks.holds('the policy of the key names the other account', key.policy.includes(READER));
    const wrong = await this.readsOtherThan('stripe-api-key', 'database');
    this.checks.none('the role may read both secrets that it was granted, and no other', wrong);
  }

  private async valuesByHand(): Promise<void> {
    this.checks.begin('Somebody puts values by hand');
    const byHand = [named('stripe-api-key'), named('certificate')];
    for (const name of byHand) await this.account.putValue(name, randomBytes(24).toString('base64'));
    await this.onlyNew('these secrets have another value, and no other', byHand);
  }

  private async updated(): Promise<void> {
    this.checks.begin('Description, tag and guard rail of the app change, and a grant is removed');
    const description = 'The key of Stripe';
    const stack = await this.deploy({ description, tags: { team: 'checkout' }, excludedRoles: 'test-*', mayReadApiKey: false });
    await this.nothingLost();
    this.checks.holds('the description has arrived', this.apiKey.description === description);
    this.checks.holds('the tag has arrived', this.apiKey.tags.team === 'checkout');
    this.checks.none('each resource policy has the guard rail as it is now', unlikeTemplate(stack, this.secrets));
    this.checks.none('the role may read the other secret still, and this one no more', await this.readsOtherThan('database'));
    this.checks.begin('The tag is removed again');
    await this.deploy({ tags: {} });
    await this.nothingLost();
    this.checks.holds('the tag is gone', this.apiKey.tags.team === undefined);
  }

  /** What the documentation of `SecretContent` says; and so that we know that another value would be noticed. */
  private async generatedAgain(): Promise<void> {
    this.checks.begin('The template of a generated field changes: the one change that makes a new value');
    await this.deploy({ username: 'payments_app_2' });
    await this.onlyNew('this secret has another value, and no other', [named('database')]);
  }

  private async renamed(): Promise<void> {
    this.checks.begin('The purpose of a secret changes, which replaces it');
    const renamed = named('stripe/api-key');
    await this.deploy({ apiKeyPurpose: 'stripe/api-key' });
    await this.nothingLost();
    this.checks.holds('the old name keeps its resource policy', this.apiKey.policy !== undefined);
    const old = this.apiKey.value;
    this.secrets = await this.read([...this.secrets.keys(), renamed]);
    const value = this.secrets.get(renamed)?.value;
    this.checks.holds('the new name has a value of its own', value !== undefined && value !== old);
  }

  private async removed(): Promise<void> {
    this.checks.begin('A secret is removed from the app');
    await this.deploy({ webhook: false });
    await this.nothingLost();
    this.checks.holds('it keeps its resource policy', this.secrets.get(named('webhook'))?.policy !== undefined);
  }

  private async stackDeleted(): Promise<void> {
    this.checks.begin('The stack is deleted');
    await this.account.delete('payments');
    await this.nothingLost();
    this.checks.none('each secret keeps its resource policy', this.but(({ policy }) => policy !== undefined));
    this.checks.holds('the key is there and enabled', (await this.account.key(this.apiKey.keyId!)).state === 'Enabled');
  }

  /** docs/guides/importing-again.md begins with this error. */
  private async namesTaken(): Promise<void> {
    this.checks.begin('The same app is deployed again as a new stack, and every name is taken');
    const again = payments('again', this.app).source;
    const reason = await this.account.deploy('again', again, this.parameters).then(() => 'it did not fail', (error: Error) => error.message);
    this.checks.holds('the failure names a secret that exists already', /The operation failed because the secret \S+ already exists/.test(reason), reason);
    await this.nothingLost();
    this.checks.none('each secret keeps its resource policy', this.but(({ policy }) => policy !== undefined));
    this.checks.holds('the key is there and enabled', (await this.account.key(this.apiKey.keyId!)).state === 'Enabled');
  }

  private async failedAndRepeated(): Promise<void> {
    this.checks.begin('A first deployment fails after it has created every secret, and is repeated without the mistake');
    const app = payments('first', { environment: 'test', mistake: true });
    const reason = await this.account.deploy('first', app.source, this.parameters)
      .then(() => 'it did not fail', (error: Error) => error.message);
    this.checks.holds('the failure names the resource', /Mistake: .*does not exist/.test(reason), reason);
    await this.account.delete('first');
    this.checks.none('the failed deployment has left no secret behind', [...(await this.read(names('test'))).keys()]);
    await this.account.deploy('first', payments('first', { environment: 'test' }).source, this.parameters);
    await this.allThere('test', 'repeated, it creates every secret');
  }

  private async destroyed(): Promise<void> {
    this.checks.begin('A stack whose namespace has RemovalPolicy.DESTROY is created and deleted');
    const { source } = payments('trial', { environment: 'trial', removalPolicy: RemovalPolicy.DESTROY });
    await this.account.deploy('trial', source, this.parameters);
    await this.allThere('trial', 'each secret is there');
    await this.account.delete('trial');
    this.checks.none('no secret is left', [...(await this.read(names('trial'))).keys()]);
    await this.nothingLost();
  }

  /** Deploys the app with these changes and all earlier ones. */
  private async deploy(changes: Partial<PaymentsApp>): Promise<ResolvedStack> {
    this.app = { ...this.app, ...changes };
    const stack = payments('payments', this.app);
    await this.account.deploy('payments', afterCreation(stack.source), this.parameters);
    return stack;
  }

  private async read(wanted: string[]): Promise<Secrets> {
    const read = await Promise.all(wanted.map(async name => [name, await this.account.secret(name)] as const));
    return new Map(read.filter((entry): entry is [string, DeployedSecret] => entry[1] !== undefined));
  }

  private get apiKey(): DeployedSecret {
    return this.secrets.get(named('stripe-api-key'))!;
  }

  private async allThere(environment: string, promise: string): Promise<void> {
    const there = await this.read(names(environment));
    this.checks.none(promise, names(environment).filter(name => !there.has(name)));
  }

  private async nothingLost(): Promise<void> {
    await this.onlyNew(`${this.secrets.size} secrets are there, none with another value`, []);
  }

  /** These secrets have another value, and all others are as they were. What was read is what the next chapter compares with. */
  private async onlyNew(promise: string, changed: string[]): Promise<void> {
    const after = await this.read([...this.secrets.keys()]);
    const expected = changed.map(name => `${name} has another value`);
    const found = lost(this.secrets, after);
    this.checks.none(promise, [
      ...found.filter(line => !expected.includes(line)),
      ...expected.filter(line => !found.includes(line)).map(line => `it is not so that ${line}`),
    ]);
    this.secrets = new Map([...this.secrets, ...after]);
  }

  private but(holds: (secret: DeployedSecret) => boolean): string[] {
    return [...this.secrets].filter(([, secret]) => !holds(secret)).map(([name]) => name);
  }

  /** The secrets whose value is not of the kind that their content makes. */
  private unpromised(): string[] {
    const promises: Record<string, (value: string | undefined) => boolean> = {
      'stripe-api-key': value => value?.length === 32,
      'database': value => isObject(value, { username: BEGINNING.username, password: 32 }),
      'certificate': value => value === undefined,
      'endpoint': value => value === PLAIN_TEXT,
      'partner': value => value === this.parameters[PARAMETER],
      'mail': value => isObject(value, { secretAccessKey: 40 }),
      'pin': value => /^\d{6}$/.test(value ?? ''),
      'webhook': value => value?.length === 32,
    };
    return PURPOSES.filter(purpose => !promises[purpose](this.secrets.get(named(purpose))?.value));
  }

  private async readsOtherThan(...granted: string[]): Promise<string[]> {
    const resources = await this.account.resourcesOf(roleOf(this.app));
    return PURPOSES.filter(purpose => {
      const { arn } = this.secrets.get(named(purpose))!;
      return resources.some(resource => covers(resource, arn)) !== granted.includes(purpose);
    });
  }
}

function named(purpose: string, environment = 'prod'): string {
  return `${environment}/payments/${purpose}`;
}

function names(environment: string): string[] {
  return PURPOSES.map(purpose => named(purpose, environment));
}

/** A JSON object of exactly these fields; a number is the length of a text that nobody knows. */
function isObject(json: string | undefined, fields: Record<string, string | number>): boolean {
  const value = JSON.parse(json ?? '{}') as Record<string, string>;
  return Object.keys(value).length === Object.keys(fields).length
    && Object.entries(fields).every(([name, field]) => value[name] === field || value[name]?.length === field);
}
