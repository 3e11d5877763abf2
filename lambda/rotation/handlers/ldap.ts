import { kindHandler } from '../engine/kind';
import { activeDirectory } from '../kinds/directory/active-directory';
import { DirectoryUserKind } from '../kinds/directory/directory-user';
import { openLdap } from '../kinds/directory/open-ldap';

/** Users of directories, over LDAPS. */
export const handler = kindHandler([new DirectoryUserKind(openLdap), new DirectoryUserKind(activeDirectory)]);
