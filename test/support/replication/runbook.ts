interface Step {
  readonly name: string;
  readonly action: string;
  readonly inputs: Record<string, any>;
  readonly timeoutSeconds?: number;
  readonly outputs?: { Name: string; Selector: string }[];
  readonly isEnd?: boolean;
}

/** A document of Systems Manager Automation, as a resolved template holds it. */
export interface Runbook {
  readonly parameters?: Record<string, { allowedValues?: string[] }>;
  readonly mainSteps: Step[];
}

/** Calls an operation of a service; takes time only by `wait`. */
export interface Services {
  call(service: string, operation: string, input: Record<string, unknown>): Promise<Record<string, any>> | Record<string, any>;
  wait(seconds: number): void;
}

const POLL_SECONDS = 15;
const NOT_OF_THE_API = ['Service', 'Api', 'PropertySelector', 'DesiredValues'];

/**
 * Runs the three actions that the library's runbooks have, as the Systems Manager User Guide describes them. A step that fails ends
 * the run; an action or an input that the guide does not know is an error of the runbook.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
 */
export async function run(
  { parameters = {}, mainSteps }: Runbook, given: Record<string, string>, services: Services,
): Promise<Record<string, unknown>> {
  for (const [name, { allowedValues }] of Object.entries(parameters)) {
    if (!(name in given)) throw new Error(`the parameter ${name} is required`);
    if (allowedValues && !allowedValues.includes(given[name])) throw new Error(`the parameter ${name} must be one of ${allowedValues.join(', ')}`);
  }
  const results: Record<string, unknown> = {};
  for (const step of mainSteps) {
    const inputs = JSON.parse(JSON.stringify(step.inputs).replace(/\{\{ (\w+) \}\}/g, (_, name: string) => given[name]));
    const request = Object.fromEntries(Object.entries(inputs).filter(([name]) => !NOT_OF_THE_API.includes(name)));
    const ask = async () => services.call(inputs.Service, inputs.Api, request);
    const desired = (answer: object) => inputs.DesiredValues.includes(select(answer, inputs.PropertySelector));
    if (step.action === 'aws:executeAwsApi') {
      const answer = await ask();
      step.outputs?.forEach(({ Name, Selector }) => { results[`${step.name}.${Name}`] = select(answer, Selector); });
    } else if (step.action === 'aws:assertAwsResourceProperty') {
      if (!desired(await ask())) throw new Error(`step ${step.name} failed`);
    } else if (step.action === 'aws:waitForAwsResourceProperty') {
      for (let waited = 0; !desired(await ask()); waited += POLL_SECONDS) {
        if (waited >= step.timeoutSeconds!) throw new Error(`step ${step.name} timed out`);
        services.wait(POLL_SECONDS);
      }
    } else {
      throw new Error(`there is no action ${step.action} here`);
    }
    if (step.isEnd) break;
  }
  return results;
}

/** `$.A[0].B`, which is all that the runbooks use of JSONPath. */
function select(answer: any, selector: string): unknown {
  const path = selector.replace(/^\$\./, '').split(/[.[\]]+/).filter(Boolean);
  return path.reduce((value, key) => value?.[key], answer);
}
