import { keyOf } from './grant-changes';
import type { Grant } from './grants';
import { quoteAccount, quoteIdentifier } from './quoting';
import { type GrantDescription, type ObjectGrantDescription, PRIVILEGES } from '../../../../src/rotation/contract/database-user';
import { ENGINES } from '../../../../src/rotation/contract/engines';
import { RotationError } from '../../engine/errors';

/** The grants of an app, as `SHOW GRANTS` tells them. */
export function wantedGrants(grants: readonly GrantDescription[], isMariadb: boolean): Grant[] {
  const wanted = grants.flatMap((grant) => grantsFrom(grant, isMariadb));
  return [...new Map(wanted.map((grant) => [keyOf(grant), grant])).values()];
}

function grantsFrom(grant: GrantDescription, isMariadb: boolean): Grant[] {
  switch (grant.on) {
    case 'role': return roleGrants(grant.role, isMariadb);
    case 'database': return privilegesOf(grant, wholeDatabase(grant.database), isMariadb);
    case 'tables': return tablesOf(grant).flatMap((on) => privilegesOf(grant, on, isMariadb));
    case 'server': return privilegesOf(grant, '*.*', isMariadb);
    case 'statement': return [];
    default: throw unknownGrant();
  }
}

/** A role is of use only when it is on from the start. */
function roleGrants(name: string, isMariadb: boolean): Grant[] {
  const role = isMariadb ? quoteIdentifier(name) : quoteAccount({ user: name, host: '%' });
  return [{ kind: 'role', role, withOption: false }, { kind: 'defaultRole', role }];
}

function tablesOf({ database, names }: ObjectGrantDescription): string[] {
  return names?.map((name) => `${quoteIdentifier(database)}.${quoteIdentifier(name)}`) ?? [wholeDatabase(database)];
}

/** There, and nowhere else, `_` and `%` stand for other characters: a grant on `a_b` would be one on `axb`, too. */
function wholeDatabase(name: string): string {
  return `${quoteIdentifier(name.replace(/[\\_%]/g, '\\$&'))}.*`;
}

/** A privilege is a word of a statement: none but those that are known gets there. */
function privilegesOf({ on, privileges }: Extract<GrantDescription, { privileges: unknown }>, object: string, isMariadb: boolean): Grant[] {
  const known = PRIVILEGES[isMariadb ? ENGINES.mariadb.name : ENGINES.mysql.name][on] ?? [];
  if (!privileges.every((privilege) => known.includes(privilege))) throw unknownGrant();
  return privileges.map((name) => ({ kind: 'privilege', on: object, name, withOption: false }));
}

function unknownGrant(): RotationError {
  return new RotationError('configuration', 'a grant asks for what is not known here; deploy the app again with the package of the '
    + 'rotation function');
}

/** Whoever creates a routine is granted it by the server; no grant of an app is on one. */
export function isOfRoutine(grant: Grant): boolean {
  return grant.kind === 'privilege' && /^(PROCEDURE|FUNCTION|PACKAGE)/.test(grant.on);
}
