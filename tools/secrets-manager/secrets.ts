import type { SecretRecord } from './secret-record';
import { FAILURES } from './service-failure';

interface Snapshot {
  readonly at: number;
  readonly secret: SecretRecord;
}

/** What a name may hold. */
const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;

/** What the service puts behind a name. An ARN whose name has such an end is taken for a whole one, not for one without it. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;

export function checkName(name: string): void {
  if (!NAME.test(name)) throw FAILURES.invalidName();
}

function nameIn(id: string): [name: string, isArn: boolean] {
  const name = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:(.*)$/.exec(id)?.[1];
  return [name ?? id, name !== undefined];
}

/** All secrets and, so that reads can lag behind, what they were. */
export class Secrets {
  private readonly histories = new Map<string, Snapshot[]>();

  constructor(private readonly now: () => number, private readonly lagMs: () => number) {}

  public add(secret: SecretRecord): void {
    this.histories.set(secret.arn, [{ at: this.now(), secret }]);
  }

  /** As a write sees it. */
  public latest(id: unknown): SecretRecord {
    return this.historyOf(id).at(-1)!.secret;
  }

  /** As a read sees it, which may be a while ago. */
  public visible(id: unknown): SecretRecord {
    const until = this.now() - this.lagMs();
    const history = this.historyOf(id);
    return (history.filter(({ at }) => at <= until).at(-1) ?? history[0]).secret;
  }

  /** Changes a secret wholly or not at all. */
  public change<T>(id: unknown, edit: (secret: SecretRecord) => T): T {
    const history = this.historyOf(id);
    const secret = structuredClone(history.at(-1)!.secret);
    const result = edit(secret);
    history.push({ at: this.now(), secret });
    return result;
  }

  /** As a read sees them. */
  public all(): SecretRecord[] {
    return [...this.histories.keys()].map(arn => this.visible(arn));
  }

  public named(name: string): SecretRecord | undefined {
    return [...this.histories.values()].map(history => history.at(-1)!.secret).find(secret => secret.name === name);
  }

  public remove(id: unknown): void {
    this.histories.delete(this.latest(id).arn);
  }

  private historyOf(given: unknown): Snapshot[] {
    const id = String(given);
    const [name, isArn] = nameIn(id);
    checkName(name);
    const history = this.histories.get(id) ?? this.histories.get(this.named(isArn && SUFFIX.test(name) ? '' : name)?.arn ?? '');
    if (!history) throw FAILURES.noSecret();
    return history;
  }
}
