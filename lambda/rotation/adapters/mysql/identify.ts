import { randomBytes } from 'crypto';
import type { RunStatement } from './connection';
import { nativePasswordHash, unlessPrevented } from './native-password';
import { quoteLiteral } from './quoting';

export interface Identification {
  readonly verb: 'CREATE USER IF NOT EXISTS' | 'ALTER USER';
  /** Quoted; a plugin that is empty is the one that the server takes of itself. */
  readonly accounts: readonly { readonly account: string; readonly plugin: string }[];
  readonly password: string;
  readonly mark?: string;
}

/** MySQL hides a password in its logs; MariaDB does not, and is given a hash. */
export async function identify(run: RunStatement, isMariadb: boolean, identification: Identification): Promise<void> {
  const { verb, accounts, password, mark = '' } = identification;
  const statement = (how: (plugin: string) => string) =>
    `${verb} ${accounts.map(({ account, plugin }) => `${account} IDENTIFIED ${how(plugin)}`).join(', ')}`;
  if (!isMariadb) {
    const withPlugin = (plugin: string) => (plugin === '' ? '' : `WITH ${quoteLiteral(plugin)} `);
    await run(`${statement((plugin) => `${withPlugin(plugin)}BY ${quoteLiteral(password)}`)}${mark}`);
    return;
  }
  await unlessPrevented(run, {
    withHash: statement(() => `BY PASSWORD ${quoteLiteral(nativePasswordHash(password))}`),
    withText: statement(() => `BY ${quoteLiteral(password)}`),
  });
}

/** Nobody knows it. A policy of the server may want each kind of character. */
export function unknownPassword(): string {
  return `aA1!${randomBytes(24).toString('base64url')}`;
}
