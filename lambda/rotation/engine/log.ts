import type { RotationErrorKind } from './errors';
import type { RotationStep } from './rotation-event';

/** Everything that may be logged. There is no field for a value, a statement, a response or an error. */
export interface LogFields {
  readonly step?: RotationStep;
  readonly secretArn?: string;
  readonly versionId?: string;
  readonly outcome?: string;
  /** The staging label whose credentials are tried, or `superuser`. */
  readonly credentials?: string;
  readonly strategy?: string;
  readonly credentialKind?: string;
  readonly errorKind?: RotationErrorKind;
  readonly errorCode?: string;
  readonly remainingMs?: number;
  readonly durationMs?: number;
  /** The message of a `RotationError`, which is written in this repository. */
  readonly reason?: string;
}

const ALLOWED: readonly (keyof LogFields)[] = [
  'step', 'secretArn', 'versionId', 'outcome', 'credentials', 'strategy', 'credentialKind', 'errorKind', 'errorCode', 'remainingMs',
  'durationMs', 'reason',
];

/** What the log is written to: a Powertools logger, or a test's. */
export interface LogSink {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** The structured log of one invocation. */
export class RotationLog {
  constructor(private readonly sink: LogSink, private readonly always: LogFields = {}) {}

  public info(message: string, fields: LogFields = {}): void {
    this.sink.info(message, this.allowed(fields));
  }

  public warn(message: string, fields: LogFields = {}): void {
    this.sink.warn(message, this.allowed(fields));
  }

  public error(message: string, fields: LogFields = {}): void {
    this.sink.error(message, this.allowed(fields));
  }

  /** Picks at run time too: an object may hold more than its type says. */
  private allowed(fields: LogFields): Record<string, unknown> {
    const all = { ...this.always, ...fields };
    return Object.fromEntries(ALLOWED.map(key => [key, all[key]]).filter(([, value]) => isPrimitive(value)));
  }
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
