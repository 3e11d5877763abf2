import type { LdapResult } from './ldap';
import { RotationError, RotationErrorKind } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';

type Explanation = readonly [kind: RotationErrorKind, text: string];

const POLICY = 'is refused by the password policy of the directory';

/** Result codes of LDAP that need a person, and what it does about each. @see https://www.rfc-editor.org/rfc/rfc4511#appendix-A */
const RESULTS: Readonly<Record<number, Explanation>> = {
  8: ['configuration', 'needs a stronger login than the directory grants; let the user log in by a password over TLS'],
  10: ['configuration', 'is referred to another server, which is not followed; give the `host` of the one that holds the entry and takes '
    + 'writes'],
  13: ['configuration', 'needs TLS in the eyes of the directory; check its settings'],
  17: ['configuration', 'fails, because the directory does not know the attribute of the password; check that it is of the kind that the '
    + 'secret is for'],
  19: ['configuration', `${POLICY}; it must take two values of \`userPassword\`, which OpenLDAP does not where the overlay ppolicy is, and `
    + 'hashes: keep the user in a database without that overlay'],
  32: ['configuration', 'finds no such entry; check the distinguished name, and that the entry is there'],
  34: ['configuration', 'fails, because the name is no distinguished name to the directory; correct it'],
  50: ['configuration', 'is not permitted; give the user the right to change its password, or the administrator that to set it'],
  51: ['transient', `is refused by a directory that is busy; ${REMEDIES.transient}`],
  52: ['transient', `is refused by a directory that is not available; ${REMEDIES.transient}`],
  53: ['configuration', 'is refused by the directory; check that it is no read-only replica, and what it demands of a password'],
};

/**
 * What Active Directory says of a login, in the text of its answer.
 *
 * @see https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes
 */
const LOGINS: Readonly<Record<string, Explanation>> = {
  525: ['configuration', 'finds no such user; check its name'],
  530: ['configuration', 'is not permitted at this time of the day; change the logon hours of the user'],
  531: ['configuration', 'is not permitted from here; take the list of workstations from the user'],
  532: ['configuration', 'finds that the password has expired; set it again, and let it not expire, or rotate more often than that'],
  533: ['configuration', 'finds that the account is disabled; enable it'],
  701: ['configuration', 'finds that the account has expired; change its end'],
  773: ['configuration', 'finds that the user must change the password first; take that from the account'],
  775: ['locked', 'finds that the account is locked; unlock it in the directory, and Secrets Manager will try again'],
};

/** What Active Directory says of a change of a password, in front of the text. */
const CHANGES: Readonly<Record<string, Explanation>> = {
  '0000052D': ['configuration', `${POLICY}; it may be younger than the minimum password age, one of the password history, too short or too `
    + 'simple: rotate less often than the minimum age, or give `administratorSecret`, for whom age and history do not count'],
  '00000056': ['refused', 'finds that AWSCURRENT is not the password of the user; if it was changed by hand, store it in AWSCURRENT'],
  '0000001F': ['configuration', 'needs TLS in the eyes of the directory; check its settings'],
};

const REFUSED = 49;
/** An entry without a password. */
const NO_PASSWORD = 48;
const WRONG_PASSWORD = '52e';
const LOGIN_CODE = /\bdata ([0-9a-f]{3,4})\b/;
const CHANGE_CODE = /^([0-9A-F]{8}):/i;

/** Whether the directory has refused name and password, and nothing else is in the way. */
export function isRefusal({ code, diagnostic }: LdapResult): boolean {
  return code === NO_PASSWORD || (code === REFUSED && (LOGIN_CODE.exec(diagnostic)?.[1] ?? WRONG_PASSWORD) === WRONG_PASSWORD);
}

/** Fails unless the directory has done what it was asked. Of its text nothing but a code is told. */
export function requireDone({ code, diagnostic }: LdapResult, activity: string): void {
  if (code === 0) return;
  const detail = (code === REFUSED ? LOGIN_CODE : CHANGE_CODE).exec(diagnostic)?.[1];
  const known = detail === undefined ? undefined : (code === REFUSED ? LOGINS : CHANGES)[detail.toUpperCase()];
  const [kind, text] = known ?? RESULTS[code] ?? ['configuration', 'fails at the directory; look up the code in its documentation'];
  throw new RotationError(kind, `${activity} ${text}`, detail === undefined ? `LDAP ${code}` : `LDAP ${code} ${detail}`);
}
