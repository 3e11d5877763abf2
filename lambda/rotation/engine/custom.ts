import type { CustomRotation, CustomRotationRequest, PendingRotationRequest } from './custom-rotation';
import { RotationError } from './errors';
import { lambdaRuntime, RotationHandler, rotationHandler, Runtime } from './handler';
import { newPassword } from './password';
import type { Rotated } from './rotation';
import { withheld } from './withheld';

/** The handler of a rotation function of your own: the same state machine, log and time budget as for databases. */
export function customHandler(functions: CustomRotation, runtime: Runtime = lambdaRuntime()): RotationHandler {
  return rotationHandler(({ store, budget }, event, settings): Rotated => {
    const request: CustomRotationRequest = {
      secretArn: event.SecretId,
      token: event.ClientRequestToken,
      current: async () => store.current(),
      previous: async () => store.previous(),
      randomPassword: () => {
        const password = newPassword(settings.passwordPolicy);
        store.withhold(password);
        return password;
      },
      getRemainingTimeInMillis: () => budget.left(),
    };
    const withPending = async (): Promise<PendingRotationRequest> => ({ ...request, pending: await store.pending() });
    const run = async <T>(name: keyof CustomRotation, work: () => Promise<T>): Promise<T> => {
      budget.enter(`running \`${name}\``);
      return withheld(async () => work(), () => store.valuesRead());
    };
    return {
      createsOutside: true,
      reads: step => (step === 'createSecret' || (step === 'finishSecret' && store.isTested()) ? [] : ['AWSPENDING']),
      create: async () => checkValue(await run('create', async () => functions.create(request))),
      async set() {
        const pending = await withPending();
        await run('set', async () => functions.set(pending));
        return 'set';
      },
      async test() {
        const pending = await withPending();
        await run('test', async () => functions.test(pending));
      },
    };
  }, runtime);
}

function checkValue(value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new RotationError('configuration', '`create` must return a text; correct the rotation function');
  }
  return value;
}
