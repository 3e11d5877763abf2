import type { ServerKind } from './at-hand';
import { FERRETDB_FOLDER, LocalFerretDb } from '../../../tools/servers/local-ferretdb';
import { LocalIam, MOTO_FOLDER } from '../../../tools/servers/local-iam';
import { KEYCLOAK_FOLDER, LocalKeycloak } from '../../../tools/servers/local-keycloak';
import { LocalRabbitMq, RABBITMQ_FOLDER } from '../../../tools/servers/local-rabbitmq';
import { LocalSamba, missingForSamba, SAMBA_FOLDER } from '../../../tools/servers/local-samba';
import { LocalSlapd, SLAPD_FOLDER } from '../../../tools/servers/local-slapd';
import { LocalSshd, SSHD_FOLDER } from '../../../tools/servers/local-sshd';
import { LocalValkey, VALKEY_FOLDER } from '../../../tools/servers/local-valkey';

export const IAM: ServerKind<LocalIam> = { title: 'moto', variable: MOTO_FOLDER, start: async (folder) => LocalIam.start(folder) };

export const VALKEY: ServerKind<LocalValkey> = { title: 'Valkey', variable: VALKEY_FOLDER, start: async (folder) => LocalValkey.start(folder) };

export const SLAPD: ServerKind<LocalSlapd> = { title: 'slapd', variable: SLAPD_FOLDER, start: async (folder) => LocalSlapd.start(folder) };

export const SAMBA: ServerKind<LocalSamba> = {
  title: 'Samba', variable: SAMBA_FOLDER, missing: missingForSamba, start: async (folder) => LocalSamba.start(folder),
};

export const SSHD: ServerKind<LocalSshd> = { title: 'sshd', variable: SSHD_FOLDER, start: async (folder) => LocalSshd.start(folder) };

export const RABBITMQ: ServerKind<LocalRabbitMq> = {
  title: 'RabbitMQ', variable: RABBITMQ_FOLDER, start: async (folder) => LocalRabbitMq.start(folder),
};

export const KEYCLOAK: ServerKind<LocalKeycloak> = {
  title: 'Keycloak', variable: KEYCLOAK_FOLDER, start: async (folder) => LocalKeycloak.start(folder), startMs: 420_000,
};

export const FERRETDB: ServerKind<LocalFerretDb> = {
  title: 'FerretDB', variable: FERRETDB_FOLDER, start: async (folder) => LocalFerretDb.start(folder),
};
