/**
 * Runs definitions in the Amazon States Language with JSONata, of the states that this project uses, in a time of its own: an hour of waiting
 * takes no time, and executions at the same time take turns as they would.
 *
 * @see https://states-language.net/spec.html
 */

type Json = any;

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package is CommonJS, and has types for its default import alone
const jsonata = require('jsonata') as (expression: string) => Expression;

interface Expression {
  evaluate(input: Json, bindings: Record<string, Json>): Promise<Json>;
}

/** Loops evaluate the same ones again and again. */
const PARSED = new Map<string, Expression>();

function parsed(expression: string): Expression {
  const known = PARSED.get(expression) ?? jsonata(expression);
  PARSED.set(expression, known);
  return known;
}

/** What a task calls: the action at the end of its resource, such as `ecs:updateService`. It throws a `TaskError`. */
export type Tasks = (action: string, input: Json, now: number) => Json;

export class TaskError extends Error {
  constructor(public readonly error: string, cause: string) {
    super(cause);
  }
}

export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly error?: string;
  readonly cause?: string;
  /** The names of the states, in their order. */
  readonly states: string[];
  readonly ended: number;
}

/** What a state leads to. */
interface Step {
  readonly next?: string;
  readonly output: Json;
  /** Seconds until the next one. */
  readonly after?: number;
  readonly outcome?: Pick<Outcome, 'status' | 'error' | 'cause'>;
}

/** How long a call takes, in seconds, so that executions at the same time meet. */
const CALL_SECONDS = 0.2;

const EXPRESSION = /^\{%(.*)%\}$/s;

class Execution {
  public outcome?: Outcome;
  private readonly variables: Record<string, Json> = {};
  private readonly visited: string[] = [];
  private retries: number[] = [];

  private state: string;

  constructor(private readonly definition: Json, private readonly tasks: Tasks, private input: Json, private readonly started: number) {
    this.state = definition.StartAt;
  }

  /** Does the state, and says when the next one is due. */
  public async step(now: number): Promise<number> {
    const limit = this.started + 1000 * (this.definition.TimeoutSeconds ?? Infinity);
    if (now > limit) return this.end({ status: 'TIMED_OUT' }, limit);
    const state = this.definition.States[this.state];
    if (this.visited[this.visited.length - 1] !== this.state || this.retries.length === 0) this.visited.push(this.state);
    const done = await this.run(state, now);
    if (done.outcome) return this.end(done.outcome, now);
    if (done.next !== this.state) this.retries = [];
    this.state = done.next!;
    this.input = done.output;
    return now + 1000 * (done.after ?? 0);
  }

  private end(outcome: Pick<Outcome, 'status' | 'error' | 'cause'>, ended: number): number {
    this.outcome = { ...outcome, states: this.visited, ended };
    return Infinity;
  }

  private async run(state: Json, now: number): Promise<Step> {
    switch (state.Type) {
      case 'Wait': {
        const after = await this.evaluate(state.Seconds, now);
        if (!Number.isInteger(after) || after < 0) throw new Error(`Wait must be for whole seconds, got ${after}`);
        return { ...await this.leave(state, state.Next, now), after };
      }
      case 'Choice': return this.choose(state, now);
      case 'Task': return this.task(state, now);
      case 'Succeed': return { output: this.input, outcome: { status: 'SUCCEEDED' } };
      case 'Fail': {
        const [error, cause] = [await this.evaluate(state.Error, now), await this.evaluate(state.Cause, now)];
        return { output: undefined, outcome: { status: 'FAILED', error, cause } };
      }
      default: throw new Error(`${state.Type} is no state that is interpreted`);
    }
  }

  private async choose(state: Json, now: number): Promise<Step> {
    for (const choice of state.Choices) {
      const holds = await this.evaluate(choice.Condition, now);
      if (typeof holds !== 'boolean') throw new Error(`A condition must be true or false, got ${JSON.stringify(holds)} of ${choice.Condition}`);
      if (holds) return this.leave(choice, choice.Next, now);
    }
    return this.leave({}, state.Default, now);
  }

  private async task(state: Json, now: number): Promise<Step> {
    const action = /:::(?:aws-sdk:)?(\w+:\w+)$/.exec(state.Resource)![1];
    const input = await this.evaluate(state.Arguments, now);
    let result: Json;
    try {
      result = this.tasks(action, input, now);
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      return this.failed(state, { Error: error.error, Cause: error.message }, now);
    }
    return { ...await this.leave(state, state.Next, now, { result }), after: CALL_SECONDS };
  }

  private async failed(state: Json, errorOutput: { Error: string; Cause: string }, now: number): Promise<Step> {
    const isOf = ({ ErrorEquals }: Json) => [errorOutput.Error, 'States.ALL', 'States.TaskFailed'].some(each => ErrorEquals.includes(each));
    const index = (state.Retry ?? []).findIndex(isOf);
    const { MaxAttempts = 3, IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity } = state.Retry?.[index] ?? { MaxAttempts: 0 };
    const attempt = this.retries[index] ?? 0;
    if (attempt < MaxAttempts) {
      this.retries[index] = attempt + 1;
      return { next: this.state, output: this.input, after: Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds) };
    }
    const caught = (state.Catch ?? []).find(isOf);
    if (caught) return this.leave(caught, caught.Next, now, { errorOutput });
    return { output: undefined, outcome: { status: 'FAILED', error: errorOutput.Error, cause: errorOutput.Cause } };
  }

  /** All assignments see the values before them. */
  private async leave(state: Json, next: string, now: number, more: { result?: Json; errorOutput?: Json } = {}): Promise<Step> {
    const output = state.Output === undefined ? more.result ?? more.errorOutput ?? this.input : await this.evaluate(state.Output, now, more);
    const assigned = await this.evaluate(state.Assign ?? {}, now, more);
    Object.assign(this.variables, assigned);
    return { next, output };
  }

  private async evaluate(value: Json, now: number, more: object = {}): Promise<Json> {
    if (Array.isArray(value)) return Promise.all(value.map(each => this.evaluate(each, now, more)));
    if (value !== null && typeof value === 'object') {
      const entries = await Promise.all(Object.entries(value).map(async ([key, each]) => [key, await this.evaluate(each, now, more)]));
      return Object.fromEntries(entries);
    }
    const expression = typeof value === 'string' ? EXPRESSION.exec(value)?.[1] : undefined;
    if (expression === undefined) return value;
    const states = { input: this.input, context: { State: { Name: this.state, EnteredTime: new Date(now).toISOString() } }, ...more };
    const result = await parsed(expression).evaluate(undefined, { states, ...this.variables });
    if (result === undefined) throw new Error(`States.QueryEvaluationError: nothing is the result of ${expression}`);
    return result;
  }
}

/** Starts executions at their times, in milliseconds, and runs all of them to their ends. */
export async function runAll(definition: Json, tasks: Tasks, starts: readonly { readonly at: number; readonly input: Json }[]): Promise<Outcome[]> {
  const executions = starts.map(({ at, input }) => ({ due: at, execution: new Execution(definition, tasks, input, at) }));
  for (;;) {
    const next = executions.filter(({ due }) => due < Infinity).sort((a, b) => a.due - b.due)[0];
    if (next === undefined) return executions.map(({ execution }) => execution.outcome!);
    next.due = await next.execution.step(next.due);
  }
}
