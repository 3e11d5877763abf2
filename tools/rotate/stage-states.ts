import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import type { SecretRecord } from '../secrets-manager/secret-record';
import type { PostgresServer } from '../servers/postgres';

/** What a staging label is on. */
export interface StageState {
  readonly label: string;
  /** The start of the version's id. */
  readonly version: string;
  readonly username?: string;
  /** `undefined` while the version holds no value. */
  readonly logsIn?: boolean;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];

/** Each label, its version, and whether what it holds logs in now. */
export async function stageStates({ versions }: SecretRecord, server: PostgresServer): Promise<StageState[]> {
  const labeled = LABELS.flatMap((label) => versions.filter(({ stages }) => stages.includes(label)).map(({ id, text }) => ({ label, id, text })));
  return Promise.all(labeled.map(async ({ label, id, text }) => {
    const state = { label, version: id.slice(0, 8) };
    if (text === undefined) return state;
    const credentials = JSON.parse(text) as Credentials;
    return { ...state, username: credentials.username, logsIn: await logsIn(credentials, server) };
  }));
}

/** Every password that a secret has had. */
export function passwordsOf({ versions }: SecretRecord): string[] {
  return versions.flatMap(({ text }) => text === undefined ? [] : [(JSON.parse(text) as Credentials).password]);
}

async function logsIn({ username, password }: Credentials, server: PostgresServer): Promise<boolean> {
  const session = await new PostgresAdapter().connect({ ...server.superuser, username, password }, { timeoutMs: 5_000, ca: server.ca });
  await session?.close();
  return session !== undefined;
}
