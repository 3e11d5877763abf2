import { KindStand } from './kind-stand';
import { activeDirectory } from '../../../lambda/rotation/kinds/directory/active-directory';
import { DirectoryUserKind } from '../../../lambda/rotation/kinds/directory/directory-user';
import { openLdap } from '../../../lambda/rotation/kinds/directory/open-ldap';
import { DirectoryAddress, DirectoryLogin } from '../../../tools/servers/ldap-client';
import type { LocalSamba } from '../../../tools/servers/local-samba';
import type { LocalSlapd } from '../../../tools/servers/local-slapd';
import type { KindUnderTest, OwnerUnderTest } from '../rotation/kind-world';

export const OPEN_LDAP_KIND = new DirectoryUserKind(openLdap);
export const ACTIVE_DIRECTORY_KIND = new DirectoryUserKind(activeDirectory);

export function environmentFor({ host, port, ca }: DirectoryAddress): Record<string, string> {
  return { DIRECTORY_HOST: host, DIRECTORY_PORT: String(port), TLS_CA_BUNDLE: ca, EXCLUDE_PUNCTUATION: 'true' };
}

/** A comma may not stand in a tag. */
export function tagsOf({ username }: DirectoryLogin): Record<string, string> {
  return { 'cdk-managed-secrets:user': username.replaceAll(',', '/') };
}

export interface DirectoryStandOptions {
  /** Whose password is rotated. */
  readonly user: DirectoryLogin;
  /** The secret holds a placeholder. */
  readonly isFirst?: boolean;
  /** `none` where the user changes its own password. */
  readonly administrator: object | 'none';
  readonly environment?: Record<string, string>;
}

export function directoryStand(
  kind: DirectoryUserKind, directory: DirectoryAddress, { user, isFirst = false, administrator, environment }: DirectoryStandOptions,
): { readonly user: DirectoryLogin; readonly stand: KindStand } {
  const stand = new KindStand({
    kind,
    tags: tagsOf(user),
    environment: { ...environmentFor(directory), ...environment },
    administrator: administrator === 'none' ? undefined : administrator,
    text: isFirst ? undefined : JSON.stringify(user),
  });
  return { user, stand };
}

export const directoryValueIn = (stand: KindStand, stage = 'AWSCURRENT') => stand.stored<DirectoryLogin>(stage);

const loginIn = (text: string) => JSON.parse(text) as DirectoryLogin;

async function openLdapUser(slapd: LocalSlapd, isByAdministrator: boolean): Promise<OwnerUnderTest> {
  const user = slapd.user();
  return {
    kind: OPEN_LDAP_KIND,
    text: JSON.stringify(user),
    tags: tagsOf(user),
    environment: environmentFor(slapd),
    others: isByAdministrator ? { SUPERUSER_SECRET_ARN: JSON.stringify(slapd.administrator) } : {},
    accepts: async text => slapd.isTaken(loginIn(text)),
    valuesIn: text => [loginIn(text).password],
  };
}

async function activeDirectoryUser(samba: LocalSamba, isByAdministrator: boolean): Promise<OwnerUnderTest> {
  const user = await samba.user();
  return {
    kind: ACTIVE_DIRECTORY_KIND,
    text: JSON.stringify(user),
    tags: tagsOf(user),
    environment: environmentFor(samba),
    others: isByAdministrator ? { SUPERUSER_SECRET_ARN: JSON.stringify(samba.administrator) } : {},
    accepts: async text => samba.isTaken(loginIn(text)),
    valuesIn: text => [loginIn(text).password],
  };
}

/** A user of Active Directory has one password. */
export function kindsOfActiveDirectory(samba: () => Promise<LocalSamba>): KindUnderTest[] {
  return [false, true].map(isByAdministrator => ({
    title: `user of Active Directory, ${isByAdministrator ? 'by an administrator' : 'by itself'}`,
    provedOn: async () => `${await (await samba()).product()} in place of Active Directory`,
    keepsPrevious: false,
    log: async () => (await samba()).log(),
    make: async () => activeDirectoryUser(await samba(), isByAdministrator),
  }));
}

/** As the suite of all kinds wants them: changed by the user itself, and by an administrator. */
export function kindsOfOpenLdap(slapd: () => Promise<LocalSlapd>): KindUnderTest[] {
  return [false, true].map(isByAdministrator => ({
    title: `user of OpenLDAP, ${isByAdministrator ? 'by an administrator' : 'by itself'}`,
    provedOn: async () => (await slapd()).product(),
    keepsPrevious: true,
    log: async () => (await slapd()).log(),
    make: async () => openLdapUser(await slapd(), isByAdministrator),
  }));
}
