import { textsIn } from './json-value';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import type { KindContext } from '../engine/credential-kind';
import { RotationError } from '../engine/errors';

export interface AdministratorLogin {
  readonly username: string;
  readonly password: string;
}

/** Who sets the passwords of these users, by the secret that the environment names. */
export async function administratorIn(
  { settings: { superuserArn }, otherSecret }: KindContext, users: readonly string[] = [],
): Promise<AdministratorLogin> {
  if (superuserArn === undefined) {
    throw new RotationError('configuration', `\`${ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN}\` must name the secret of the administrator; `
      + 'correct the environment of the function');
  }
  const login = textsIn(await otherSecret(superuserArn), 'the secret of the administrator', ['username', 'password']);
  if (users.includes(login.username)) throw isTheUser();
  return login;
}

/** A user who changed its own password here would be known by the older one in its own secret. */
export function isTheUser(): RotationError {
  return new RotationError('configuration', 'the administrator must be another user than the one that is rotated, because its own secret '
    + 'would keep the older password; give the secret of another administrator');
}
