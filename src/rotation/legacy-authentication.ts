/**
 * A way to log in to a database that shows it more of a password than it must see. The rotation functions refuse it unless it is
 * allowed by name, because whoever pretends to be the database asks for it first.
 */
export enum LegacyAuthentication {
  /**
   * MD5 of PostgreSQL, for users whose password was set under `password_encryption = md5`. SCRAM-SHA-256 is the better way.
   *
   * @see https://www.postgresql.org/docs/current/auth-password.html
   */
  MD5 = 'md5',

  /**
   * The clear-text plugin of MySQL, with which a server of LDAP or PAM gets the password itself; it is sent within TLS.
   *
   * @see https://dev.mysql.com/doc/refman/8.4/en/cleartext-pluggable-authentication.html
   */
  MYSQL_CLEAR_PASSWORD = 'mysql_clear_password',
}
