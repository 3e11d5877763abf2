import type { CredentialKind, KindContext } from './credential-kind';
import type { Environment } from './environment';
import { RotationError } from './errors';
import { lambdaRuntime, RotationHandler, rotationHandler } from './handler';
import { rotatedKind } from './kind-rotation';
import { newPassword } from './password';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';

/** The kinds of one bundle; each has a type of its own for its values. */
export type AnyKind = CredentialKind<any>;

/** The handler of credentials of these kinds; the environment says which it is, where there are several. */
export function kindHandler(kinds: readonly AnyKind[], runtime = lambdaRuntime()): RotationHandler {
  const { environment, sleep, now = Date.now } = runtime;
  return rotationHandler(({ store, budget, log }, event, settings) => {
    const kind = kindIn(environment, kinds);
    const context: KindContext = {
      secretArn: event.SecretId,
      token: event.ClientRequestToken,
      get tags() { return store.tags(); },
      environment,
      settings,
      budget,
      log,
      now,
      sleep,
      otherSecret: async arn => store.valueOf(arn, 'the other secret that the rotation reads'),
      requireUnchanged: async () => store.requireUnchanged(),
      randomText: refusedCharacters => newPassword(settings.passwordPolicy, refusedCharacters),
    };
    return rotatedKind(kind, store, context);
  }, runtime);
}

function kindIn(environment: Environment, kinds: readonly AnyKind[]): AnyKind {
  const name = environment[ROTATION_ENVIRONMENT.CREDENTIAL_KIND] || kinds[0].name;
  const kind = kinds.find(each => each.name === name);
  if (kind) return kind;
  throw new RotationError('configuration', `\`${ROTATION_ENVIRONMENT.CREDENTIAL_KIND}\` must be one of `
    + `${kinds.map(each => each.name).join(', ')}; correct the environment of the function`);
}
