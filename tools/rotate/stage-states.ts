import type { RehearsalServer } from './rehearsal-server';
import type { SecretRecord } from '../secrets-manager/secret-record';

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
export async function stageStates({ versions }: SecretRecord, server: RehearsalServer): Promise<StageState[]> {
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

async function logsIn({ username, password }: Credentials, server: RehearsalServer): Promise<boolean> {
  const session = await server.adapter.connect({ ...server.superuser, username, password, database: undefined }, { timeoutMs: 5_000, ca: server.ca });
  await session?.close();
  return session !== undefined;
}
