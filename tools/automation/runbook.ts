import { runScript } from './script';
import { servedTo, Services } from './services';

interface Step {
  readonly name: string;
  readonly action: string;
  readonly inputs: Record<string, any>;
  readonly timeoutSeconds?: number;
  readonly outputs?: { Name: string; Selector: string; Type?: string }[];
  readonly isEnd?: boolean;
}

interface Parameter {
  readonly type: string;
  readonly default?: unknown;
  readonly allowedValues?: unknown[];
  readonly allowedPattern?: string;
}

/** A document of Systems Manager Automation, as a resolved template holds it. */
export interface Runbook {
  readonly parameters?: Record<string, Parameter>;
  readonly mainSteps: Step[];
}

/** Parameters, system variables and outputs of steps, by the names by which a document calls them. */
type Variables = Record<string, unknown>;

const POLL_SECONDS = 15;
const NOT_OF_THE_API = ['Service', 'Api', 'PropertySelector', 'DesiredValues'];

/**
 * Runs the actions that the library's runbooks have, as the Systems Manager User Guide describes them, and returns the outputs of the steps. A step that fails ends
 * the run; an action or an input that the guide does not know is an error of the runbook.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
 */
export async function run({ parameters = {}, mainSteps }: Runbook, given: Record<string, unknown>, services: Services): Promise<Variables> {
  const variables: Variables = { ...parametersOf(parameters, given), 'automation:EXECUTION_ID': '0a1b2c3d-0000-4000-8000-00000000000f' };
  const known = new Set(Object.keys(variables));
  await servedTo(services, async endpoint => new Execution(services, endpoint, variables).steps(mainSteps));
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !known.has(name)));
}

function parametersOf(parameters: Record<string, Parameter>, given: Record<string, unknown>): Variables {
  const unknown = Object.keys(given).find(name => !(name in parameters));
  if (unknown !== undefined) throw new Error(`there is no parameter ${unknown}`);
  return Object.fromEntries(Object.entries(parameters).map(([name, { default: value, allowedValues, allowedPattern }]) => {
    const actual = given[name] ?? value;
    if (actual === undefined) throw new Error(`the parameter ${name} is required`);
    if (allowedValues && !allowedValues.includes(actual)) throw new Error(`the parameter ${name} must be one of ${allowedValues.join(', ')}`);
    if (allowedPattern && !new RegExp(allowedPattern).test(String(actual))) throw new Error(`the parameter ${name} must match ${allowedPattern}`);
    return [name, actual];
  }));
}

class Execution {
  constructor(private readonly services: Services, private readonly endpoint: string, private readonly variables: Variables) {}

  public async steps(steps: Step[]): Promise<void> {
    for (const step of steps) {
      await this.step(step);
      if (step.isEnd) break;
    }
  }

  private async step(step: Step): Promise<void> {
    switch (step.action) {
      case 'aws:executeAwsApi': return this.keep(step, await this.ask(step));
      case 'aws:assertAwsResourceProperty': {
        if (!await this.isAsDesired(step)) throw new Error(`step ${step.name} failed`);
        return;
      }
      case 'aws:waitForAwsResourceProperty': return this.wait(step);
      case 'aws:executeScript': return this.script(step);
      case 'aws:loop': return this.loop(step);
      default: throw new Error(`there is no action ${step.action} here`);
    }
  }

  private async wait(step: Step): Promise<void> {
    for (let waited = 0; !await this.isAsDesired(step); waited += POLL_SECONDS) {
      if (waited >= step.timeoutSeconds!) throw new Error(`step ${step.name} timed out`);
      this.services.wait(POLL_SECONDS);
    }
  }

  private async script(step: Step): Promise<void> {
    const { Runtime, Handler, InputPayload, Script, ...others } = step.inputs;
    if (Runtime !== 'python3.11' || Object.keys(others).length > 0) throw new Error(`step ${step.name} has inputs that aws:executeScript does not know`);
    const call = { script: Script, handler: Handler, payload: this.filledIn(InputPayload) };
    this.keep(step, { Payload: await runScript(call, this.endpoint).catch(error => { throw new Error(`step ${step.name} failed: ${error.message}`); }) });
  }

  /** Do while: the condition is asked after each turn. A loop that has reached its limit ends, and the next step follows. */
  private async loop({ inputs: { Steps, LoopCondition, MaxIterations } }: Step): Promise<void> {
    for (let turn = 1; turn <= MaxIterations; turn++) {
      await this.steps(Steps);
      if (this.filledIn(LoopCondition.Variable) !== LoopCondition.BooleanEquals) return;
    }
  }

  private async ask({ inputs }: Step): Promise<Record<string, any>> {
    const request = Object.entries(this.filledIn(inputs)).filter(([name]) => !NOT_OF_THE_API.includes(name));
    return this.services.call(inputs.Service, inputs.Api, Object.fromEntries(request));
  }

  private async isAsDesired(step: Step): Promise<boolean> {
    return step.inputs.DesiredValues.includes(select(await this.ask(step), step.inputs.PropertySelector));
  }

  /** An output must be there, and of the type that it says. */
  private keep({ name, outputs = [] }: Step, answer: object): void {
    for (const { Name, Selector, Type } of outputs) {
      const value = select(answer, Selector);
      if (Type !== undefined && !isOfType(value, Type)) throw new Error(`the output ${Name} of step ${name} must be of the type ${Type}, got ${JSON.stringify(value)}`);
      this.variables[`${name}.${Name}`] = value;
    }
  }

  /** A text that is one variable gets its value, of whatever type; in a longer text it becomes text. */
  private filledIn(value: any): any {
    if (Array.isArray(value)) return value.map(each => this.filledIn(each));
    if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.filledIn(each)]));
    if (typeof value !== 'string') return value;
    const whole = /^\{\{ ([\w:.]+) \}\}$/.exec(value);
    return whole ? this.valueOf(whole[1]) : value.replace(/\{\{ ([\w:.]+) \}\}/g, (_, name: string) => String(this.valueOf(name)));
  }

  private valueOf(name: string): unknown {
    if (!(name in this.variables)) throw new Error(`there is no parameter, variable or output ${name}`);
    return this.variables[name];
  }
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'String': return typeof value === 'string';
    case 'Boolean': return typeof value === 'boolean';
    case 'Integer': return Number.isInteger(value);
    case 'StringList': return Array.isArray(value) && value.every(each => typeof each === 'string');
    default: throw new Error(`there is no type ${type} here`);
  }
}

/** `$.A[0].B`, which is all that the runbooks use of JSONPath. */
function select(answer: any, selector: string): unknown {
  const path = selector.replace(/^\$\./, '').split(/[.[\]]+/).filter(Boolean);
  return path.reduce((value, key) => value?.[key], answer);
}
