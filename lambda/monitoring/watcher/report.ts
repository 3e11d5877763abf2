import type { LookError } from './errors';
import type { Found } from './findings';
import type { SecretState } from './secret-state';
import { FINDINGS, Finding, METRIC_NAMESPACE, ROTATION_STATE, WATCHED_DIMENSION, WATCHER_METRICS, WatcherMetric } from '../../../src/monitoring/contract/metrics';

/** Lines of one kind in a look. Of ten thousand secrets that are all unused, the count is what matters. */
export const MAX_LINES = 100;

const ROTATION_FINDINGS: readonly Finding[] = [FINDINGS.SECRETS_OVERDUE, FINDINGS.ROTATIONS_STUCK];
const DAY_MS = 86_400_000;

type Fields = Readonly<Record<string, string | number | undefined>>;

/** What a look has found: counted, and told line by line. Each line is one JSON document of printable ASCII, whatever the names hold. */
export class Report {
  private readonly counts = new Map<Finding, number>();
  private secrets = 0;
  private missed = 0;
  private usdPerMonth = 0;
  private rotations = 0;

  constructor(private readonly watched: string, private readonly write: (line: string) => void, private readonly now: number) {}

  public see(secret: SecretState, found: readonly Found[]): void {
    const { name, arn } = secret;
    this.secrets += 1;
    if (secret.isRotated) this.rotation(secret, found);
    for (const { finding, since, usdPerMonth = 0, ...fields } of found) {
      const count = (this.counts.get(finding) ?? 0) + 1;
      this.counts.set(finding, count);
      this.usdPerMonth += usdPerMonth;
      if (count > MAX_LINES) continue;
      this.line('WARN', finding, { secretName: name, secretArn: arn, since: since?.toISOString(), usdPerMonth: usdPerMonth || undefined, ...fields });
    }
  }

  public miss(secret: string, { message, code }: LookError): void {
    this.missed += 1;
    if (this.missed <= MAX_LINES) this.line('ERROR', 'A secret could not be looked at.', { secretArn: secret, reason: message, errorCode: code });
  }

  /** Whether every secret of which it was told could be looked at. */
  public get missedSome(): boolean {
    return this.missed > 0;
  }

  /** Ends the look: in a complete one, a finding that was not made is told as 0; in another, it is left out. */
  public end(failure: LookError | undefined, durationMs: number): void {
    const told = { secrets: this.secrets, missed: this.missed, durationMs, reason: failure?.message, errorCode: failure?.code };
    this.line(failure ? 'ERROR' : 'INFO', failure ? WATCHER_METRICS.WATCHER_FAILED : 'The look is complete.', told);
    this.metrics(failure ? this.onlyWhatIsSure() : this.all());
  }

  /** For the dashboard: what is wrong, if anything, and when the secret was and will be rotated. */
  private rotation({ name, lastRotation, nextRotation }: SecretState, found: readonly Found[]): void {
    this.rotations += 1;
    if (this.rotations > MAX_LINES) return;
    const state = found.map(({ finding }) => finding).find(finding => ROTATION_FINDINGS.includes(finding)) ?? 'OK';
    const ageDays = lastRotation && Math.floor((this.now - lastRotation.getTime()) / DAY_MS);
    this.line('INFO', ROTATION_STATE, { secretName: name, state, ageDays, lastRotation: lastRotation?.toISOString(), nextRotation: nextRotation?.toISOString() });
  }

  private all(): [WatcherMetric, number][] {
    return [
      ...Object.values(FINDINGS).map((finding): [Finding, number] => [finding, this.counts.get(finding) ?? 0]),
      [WATCHER_METRICS.UNUSED_MONTHLY_COST, Math.round(this.usdPerMonth * 100) / 100],
      [WATCHER_METRICS.SECRETS_WATCHED, this.secrets],
      [WATCHER_METRICS.WATCHER_FAILED, 0],
    ];
  }

  private onlyWhatIsSure(): [WatcherMetric, number][] {
    return [...this.counts, [WATCHER_METRICS.WATCHER_FAILED, 1]];
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  private metrics(values: [WatcherMetric, number][]): void {
    const Metrics = values.map(([Name]) => ({ Name, Unit: Name === WATCHER_METRICS.UNUSED_MONTHLY_COST ? 'None' : 'Count' }));
    this.document({
      _aws: { Timestamp: this.now, CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [[WATCHED_DIMENSION]], Metrics }] },
      [WATCHED_DIMENSION]: this.watched,
      ...Object.fromEntries(values),
    });
  }

  private line(level: 'INFO' | 'WARN' | 'ERROR', message: string, fields: Fields): void {
    this.document({ level, message, timestamp: new Date(this.now).toISOString(), watched: this.watched, ...fields });
  }

  private document(content: object): void {
    const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    this.write(JSON.stringify(content).replace(/[^\x20-\x7e]/g, escaped));
  }
}
