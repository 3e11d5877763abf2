import { createHash } from 'crypto';
import type { RunStatement } from './connection';
import { PREVENTED_BY_OPTION } from './errors';
import { quoteLiteral } from './quoting';
import { RotationError } from '../../engine/errors';

/** What MariaDB keeps of a password, and all that it need see of it: MariaDB writes statements into its logs as they are. */
export function nativePasswordHash(password: string): string {
  const once = createHash('sha1').update(password, 'utf8').digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}

/** Sets the password of the user who is logged in, who needs no privilege for it. */
export async function setMariadbPassword(run: RunStatement, password: string): Promise<void> {
  await unlessPrevented(run, {
    withHash: `SET PASSWORD = ${quoteLiteral(nativePasswordHash(password))}`,
    withText: `SET PASSWORD = PASSWORD(${quoteLiteral(password)})`,
  });
}

/**
 * A server that checks passwords (simple_password_check, cracklib) and runs with `strict_password_validation` takes no hash,
 * for it cannot check one. Only then it gets the password itself; its general log, when that is on, will hold it.
 */
export async function unlessPrevented(run: RunStatement, statement: { withHash: string; withText: string }): Promise<void> {
  try {
    await run(statement.withHash);
  } catch (error) {
    if (!(error instanceof RotationError) || error.code !== PREVENTED_BY_OPTION) throw error;
    const [{ readOnly }] = await run('SELECT @@GLOBAL.read_only AS readOnly');
    if (Number(readOnly) !== 0) throw error;
    await run(statement.withText);
  }
}
