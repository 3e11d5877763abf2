import * as fc from 'fast-check';
import { changes } from '../../../../../lambda/rotation/adapters/mysql/grant-changes';
import { parseGrant } from '../../../../../lambda/rotation/adapters/mysql/grants';
import { quoteIdentifier } from '../../../../../lambda/rotation/adapters/mysql/quoting';

/** The statements that give a user without grants what the lines list. */
const copied = (...lines: string[]) => changes('CLONE', lines.flatMap(parseGrant), []).map(({ sql }) => sql);

/** The statements that turn the one into the other. */
const changed = (from: string[], to: string[]) => changes('CLONE', to.flatMap(parseGrant), from.flatMap(parseGrant)).map(({ sql }) => sql);

describe('a line of SHOW GRANTS is copied', () => {
  test.each([
    ['GRANT USAGE ON *.* TO `u`@`%`', []],
    ['GRANT SELECT, CREATE TEMPORARY TABLES ON *.* TO `u`@`%`', ['GRANT SELECT, CREATE TEMPORARY TABLES ON *.* TO CLONE']],
    ['GRANT ALL PRIVILEGES ON `d`.* TO \'u\'@\'%\' WITH GRANT OPTION', ['GRANT ALL PRIVILEGES ON `d`.* TO CLONE', 'GRANT GRANT OPTION ON `d`.* TO CLONE']],
    ['GRANT USAGE ON `d`.* TO `u`@`%` WITH GRANT OPTION', ['GRANT GRANT OPTION ON `d`.* TO CLONE']],
    ['GRANT SELECT (`a`, `b``c`), DELETE ON `d`.`t` TO `u`@`%`', ['GRANT DELETE, SELECT (`a`, `b``c`) ON `d`.`t` TO CLONE']],
    ['GRANT EXECUTE ON PROCEDURE `d`.`p` TO `u`@`%`', ['GRANT EXECUTE ON PROCEDURE `d`.`p` TO CLONE']],
    ['GRANT EXECUTE ON PACKAGE BODY `d`.`p` TO `u`@`%`', ['GRANT EXECUTE ON PACKAGE BODY `d`.`p` TO CLONE']],
    ['GRANT SELECT ON `a\\_b TO x`.* TO `u`@`%`', ['GRANT SELECT ON `a\\_b TO x`.* TO CLONE']],
    ['GRANT `r`@`%`,`s`@`h` TO `u`@`%` WITH ADMIN OPTION', ['GRANT \'r\'@\'%\' TO CLONE WITH ADMIN OPTION', 'GRANT \'s\'@\'h\' TO CLONE WITH ADMIN OPTION']],
    ['GRANT `r` TO `u`@`%`', ['GRANT `r` TO CLONE']],
    ['GRANT PROXY ON ``@`` TO `u`@`%` WITH GRANT OPTION', ['GRANT PROXY ON \'\'@\'\' TO CLONE WITH GRANT OPTION']],
    ['GRANT BACKUP_ADMIN,ROLE_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION', ['GRANT BACKUP_ADMIN, ROLE_ADMIN ON *.* TO CLONE WITH GRANT OPTION']],
    ['REVOKE SELECT, DELETE ON `mysql`.* FROM `u`@`%`', ['REVOKE SELECT, DELETE ON `mysql`.* FROM CLONE']],
    [
      'GRANT RELOAD ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD \'*9F75\' REQUIRE ISSUER \'x\'\' WITH GRANT OPTION\' SUBJECT \'c\' WITH MAX_STATEMENT_TIME 2.500000',
      ['GRANT RELOAD ON *.* TO CLONE'],
    ],
    ['GRANT SELECT ON *.* TO `u`@`%` REQUIRE SSL WITH GRANT OPTION MAX_USER_CONNECTIONS 5', ['GRANT SELECT, GRANT OPTION ON *.* TO CLONE']],
  ])('%s', (line, statements) => {
    expect(copied(line)).toEqual(statements);
  });

  test('a default role is a grant of its own', () => {
    expect(parseGrant('SET DEFAULT ROLE `r` FOR `u`@`%`')).toEqual([{ kind: 'defaultRole', role: '`r`' }]);
  });

  test('privileges come before what restricts them', () => {
    expect(copied('REVOKE SELECT ON `d`.* FROM `u`@`%`', 'GRANT SELECT ON *.* TO `u`@`%`'))
      .toEqual(['GRANT SELECT ON *.* TO CLONE', 'REVOKE SELECT ON `d`.* FROM CLONE']);
  });

  test('any name of an object survives', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, unit: 'binary' }).filter((name) => !name.includes('\0')), (name) => {
      const object = `${quoteIdentifier(name)}.${quoteIdentifier(name)}`;
      expect(copied(`GRANT SELECT (${quoteIdentifier(name)}) ON ${object} TO ${quoteIdentifier(name)}@\`%\``))
        .toEqual([`GRANT SELECT (${quoteIdentifier(name)}) ON ${object} TO CLONE`]);
    }));
  });
});

describe('a line that is not understood is an error that tells nothing of it:', () => {
  test.each([
    '', 'DENY SELECT ON *.* TO `u`@`%`', 'GRANT SELECT', 'GRANT SELECT ON', 'GRANT SELECT ON *.* FROM `u`@`%`', 'GRANT SELECT ON `d` TO `u`@`%`',
    'GRANT SELECT (`a` ON `d`.`t` TO `u`@`%`', 'GRANT SELECT ON `d.* TO u', 'GRANT ,SELECT ON *.* TO `u`@`%`', 'GRANT SELECT ON *.* TO `u`@`%`; DROP TABLE x',
  ])('%j', (line) => {
    expect(() => parseGrant(line)).toThrow(expect.objectContaining({ name: 'RotationError', kind: 'configuration' }));
    expect(() => parseGrant(line)).toThrow(/^the user to clone has a grant of a form that the rotation does not know/);
  });
});

describe('what changes is', () => {
  test('nothing, when both have the same in another order', () => {
    expect(changed(['GRANT SELECT, INSERT ON `d`.* TO `u`@`%`'], ['GRANT INSERT, SELECT ON `d`.* TO `v`@`%`'])).toEqual([]);
  });

  test('taken first, then given', () => {
    expect(changed(['GRANT SELECT, INSERT ON `d`.* TO `u`@`%`'], ['GRANT SELECT, DELETE ON `d`.* TO `v`@`%`']))
      .toEqual(['REVOKE INSERT ON `d`.* FROM CLONE', 'GRANT DELETE ON `d`.* TO CLONE']);
  });

  test('not what all privileges hold already', () => {
    expect(changed(['GRANT SELECT ON `d`.* TO `u`@`%` WITH GRANT OPTION'], ['GRANT ALL PRIVILEGES ON `d`.* TO `v`@`%`']))
      .toEqual(['REVOKE GRANT OPTION ON `d`.* FROM CLONE', 'GRANT ALL PRIVILEGES ON `d`.* TO CLONE']);
    expect(changed(['GRANT ALL PRIVILEGES ON `d`.* TO `u`@`%`'], ['GRANT SELECT ON `d`.* TO `v`@`%`']))
      .toEqual(['REVOKE ALL PRIVILEGES ON `d`.* FROM CLONE', 'GRANT SELECT ON `d`.* TO CLONE']);
  });

  test('a dynamic privilege besides all privileges, which do not hold it', () => {
    const all = 'GRANT ALL PRIVILEGES ON *.* TO `u`@`%`';
    expect(changed([all, 'GRANT X_ADMIN ON *.* TO `u`@`%`'], [all])).toEqual(['REVOKE X_ADMIN ON *.* FROM CLONE']);
  });

  test('an option of a role or of a dynamic privilege, with what it belongs to', () => {
    expect(changed(['GRANT `r` TO `u`@`%` WITH ADMIN OPTION'], ['GRANT `r` TO `v`@`%`'])).toEqual(['REVOKE `r` FROM CLONE', 'GRANT `r` TO CLONE']);
    expect(changed(['GRANT X_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION'], ['GRANT X_ADMIN ON *.* TO `v`@`%`']))
      .toEqual(['REVOKE X_ADMIN ON *.* FROM CLONE', 'GRANT X_ADMIN ON *.* TO CLONE']);
  });

  test('a partial revoke that is lifted', () => {
    expect(changed(['REVOKE SELECT, DELETE ON `d`.* FROM `u`@`%`'], [])).toEqual(['GRANT SELECT, DELETE ON `d`.* TO CLONE']);
  });
});
