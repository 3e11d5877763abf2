import type { FaultPoint } from './fault-points';
import { CHANGES_OF_SECRET, RotationWorld } from './rotation-world';
import type { CredentialKind } from '../../../lambda/rotation/engine/credential-kind';
import type { Runtime } from '../../../lambda/rotation/engine/handler';
import { kindHandler } from '../../../lambda/rotation/engine/kind';
import { isPlaceholder, PLACEHOLDER_FIELD } from '../../../src/rotation/contract/placeholder';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { newPassword } from '../../../tools/servers/new-password';

/** The other side, with an owner of values that nobody else has. */
export interface OwnerUnderTest {
  readonly kind: CredentialKind<any>;
  /** The value that works before the first rotation. @default - a placeholder */
  readonly text?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Further secrets, by the variable that names each to the function. @default - none */
  readonly others?: Readonly<Record<string, string>>;
  /** Uses a value as a client does, by other means than `verify`. */
  accepts(text: string): Promise<boolean>;
  /** What must not be logged of a value. */
  valuesIn(text: string): readonly string[];
  /** Lets somebody else have a value with the owner; answers how to see whether it still works. @default - nobody can */
  stranger?(): Promise<() => Promise<boolean>>;
}

export interface KindUnderTest {
  readonly title: string;
  /**
   * What its values are used on, for the table in README.md: the name and version that a server itself answers, or what stands in for one, such
   * as `fake from its documents`. A kind that is none of this package has undefined.
   */
  readonly provedOn: (() => Promise<string>) | undefined;
  /** What the construct promises: whether the value before the current one works until the next rotation. */
  readonly keepsPrevious: boolean;
  /**
   * What the message says of a value of AWSPENDING that another runner stored for a rotation which somebody had given up, and that a person must
   * take away.
   *
   * @default - any value of AWSPENDING can be made valid
   */
  readonly staleValue?: RegExp;
  make(): Promise<OwnerUnderTest>;
  /** Everything that the other side has logged. @default - it keeps no log */
  log?(): Promise<string>;
}

/** What Secrets Manager does until it tries again takes long enough for nothing to be in the making any more. */
const UNTIL_NEXT_ATTEMPT_MS = 20 * 60_000;

/** A secret of a kind, and its client, who uses AWSCURRENT after whatever may have changed it or what it opens. */
export class KindWorld extends RotationWorld {
  public static async make(kind: KindUnderTest): Promise<KindWorld> {
    const owner = await kind.make();
    const secretsManager = new FakeSecretsManager();
    const create = (Name: string, SecretString: string, tags = {}) => String(secretsManager.perform('CreateSecret', {
      Name, SecretString, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }).ARN);
    const others = Object.fromEntries(Object.entries(owner.others ?? {}).map(([name, text], index) => [name, create(`other-${index}`, text)]));
    const text = owner.text ?? JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() });
    return new KindWorld(kind, owner, secretsManager, create('secret', text, owner.tags), others);
  }

  /** How often the client used AWSCURRENT. */
  public uses = 0;
  /** How often it was refused. */
  public refusals = 0;

  private constructor(
    public readonly kind: KindUnderTest,
    public readonly owner: OwnerUnderTest,
    secretsManager: FakeSecretsManager,
    secretArn: string,
    private readonly others: Readonly<Record<string, string>>,
  ) {
    super(secretsManager, secretArn);
  }

  public async checkCurrent(when: string): Promise<void> {
    if (!await this.works('AWSCURRENT')) throw new Error(`AWSCURRENT does not work ${when}`);
  }

  /** A client that holds AWSCURRENT works; nobody can ask more of a placeholder. */
  public async use(when: string): Promise<void> {
    const text = this.textOf('AWSCURRENT')!;
    if (isPlaceholder(text)) return;
    this.uses += 1;
    if (await this.owner.accepts(text)) return;
    this.refusals += 1;
    if (this.owner.kind.slots === 2) throw new Error(`the client of AWSCURRENT is refused ${when}`);
    // With one slot the new value takes the place of the old one: one of them works.
    const pending = this.textOf('AWSPENDING');
    if (pending === undefined || !await this.owner.accepts(pending)) throw new Error(`no stored version works ${when}`);
  }

  /** A person does what the message says. */
  public override async rotateWholly(attempts?: number): Promise<void> {
    const { staleValue } = this.kind;
    await super.rotateWholly(attempts).catch(async (error: Error) => {
      if (staleValue === undefined || !staleValue.test(error.message)) throw error;
      this.move('AWSPENDING');
      await super.rotateWholly(attempts);
    });
  }

  public async works(stage: string): Promise<boolean> {
    const text = this.textOf(stage);
    return text !== undefined && !isPlaceholder(text) && this.owner.accepts(text);
  }

  protected values(): string[] {
    return this.texts().filter(text => !isPlaceholder(text)).flatMap(text => [...this.owner.valuesIn(text)]);
  }

  /** Everything that was stored, for the log of the other side. */
  public storedValues(): string[] {
    return this.values();
  }

  protected handlerWith(point: FaultPoint, runtime: Omit<Runtime, 'environment'>) {
    const { kind, environment } = this.owner;
    return kindHandler([faulty(kind, point)], { ...runtime, environment: { ...environment, ...this.others, CREDENTIAL_KIND: kind.name } });
  }

  protected async afterCall(call: string): Promise<void> {
    if (CHANGES.includes(call)) await this.use(`after ${call}`);
  }

  protected async beforeNextAttempt(): Promise<void> {
    this.secretsManager.advance(UNTIL_NEXT_ATTEMPT_MS);
  }
}

const EFFECTS = ['generate', 'list', 'apply', 'verify', 'retire', 'isDedicated'];

/** Of these the value in use may work no more; whatever else leaves the function reads. */
const CHANGES = [...CHANGES_OF_SECRET, 'generate', 'apply', 'retire'];

/** The kind with a fault point before and after each of its methods that leaves the function. */
function faulty<V>(kind: CredentialKind<V>, point: FaultPoint): CredentialKind<V> {
  return new Proxy(kind, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      if (!EFFECTS.includes(String(name))) return member.bind(target);
      return async (...given: unknown[]) => {
        await point('before', String(name));
        const result: unknown = await Reflect.apply(member, target, given);
        await point('after', String(name));
        return result;
      };
    },
  });
}
