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
  /** By ARN. */
  private readonly histories = new Map<string, Snapshot[]>();
  /** By name, of which there is one secret at a time. */
  private readonly arns = new Map<string, string>();

  constructor(private readonly now: () => number, private readonly lagMs: () => number) {}

  public add(secret: SecretRecord): void {
    this.histories.set(secret.arn, [{ at: this.now(), secret }]);
    this.arns.set(secret.name, secret.arn);
  }

  /** As a write sees it. */
  public latest(id: unknown): SecretRecord {
    return this.historyOf(id).at(-1)!.secret;
  }

  /** As a read sees it, which may be a while ago. */
  public visible(id: unknown): SecretRecord {
    return this.visibleOf(this.historyOf(id));
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
    return Array.from(this.histories.values(), history => this.visibleOf(history));
  }

  public named(name: string): SecretRecord | undefined {
    const arn = this.arns.get(name);
    return arn === undefined ? undefined : this.histories.get(arn)!.at(-1)!.secret;
  }

  public remove(id: unknown): void {
    const { arn, name } = this.latest(id);
    this.histories.delete(arn);
    this.arns.delete(name);
  }

  private visibleOf(history: Snapshot[]): SecretRecord {
    const until = this.now() - this.lagMs();
    return (history.filter(({ at }) => at <= until).at(-1) ?? history[0]).secret;
  }

  private historyOf(given: unknown): Snapshot[] {
    const id = String(given);
    const [name, isArn] = nameIn(id);
    checkName(name);
    const history = this.histories.get(id) ?? this.histories.get(this.arns.get(isArn && SUFFIX.test(name) ? '' : name) ?? '');
    if (!history) throw FAILURES.noSecret();
    return history;
  }
}
