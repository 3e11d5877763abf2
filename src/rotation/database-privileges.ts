/** What a user may do with a whole database. Those of the one engine are refused for the other. */
export enum DatabasePrivilege {
  /** PostgreSQL: open connections to it. Everybody may, unless that was revoked from PUBLIC. */
  CONNECT = 'CONNECT',
  /** PostgreSQL: create schemas in it. */
  CREATE = 'CREATE',
  /** PostgreSQL: create temporary tables in it. */
  TEMPORARY = 'TEMPORARY',
  /** MySQL, MariaDB: run its routines. */
  EXECUTE = 'EXECUTE',
  /** MySQL, MariaDB: create temporary tables in it. */
  CREATE_TEMPORARY_TABLES = 'CREATE TEMPORARY TABLES',
  /** MySQL, MariaDB: lock tables on which the user has `SELECT`. */
  LOCK_TABLES = 'LOCK TABLES',
  /** MySQL, MariaDB: create views. */
  CREATE_VIEW = 'CREATE VIEW',
  /** MySQL, MariaDB: see how views are defined. */
  SHOW_VIEW = 'SHOW VIEW',
  /** MySQL, MariaDB: create routines. */
  CREATE_ROUTINE = 'CREATE ROUTINE',
  /** MySQL, MariaDB: change and drop routines. */
  ALTER_ROUTINE = 'ALTER ROUTINE',
  /** MongoDB, Amazon DocumentDB: the role `read`. */
  READ = 'read',
  /** MongoDB, Amazon DocumentDB: the role `readWrite`. */
  READ_WRITE = 'readWrite',
  /** MongoDB, Amazon DocumentDB: the role `dbAdmin`, for indexes, statistics and collections, and no users. */
  DB_ADMIN = 'dbAdmin',
}

/** What a user may do with a schema of PostgreSQL. */
export enum SchemaPrivilege {
  /** Find the objects in it. */
  USAGE = 'USAGE',
  /** Create objects in it. */
  CREATE = 'CREATE',
}

/** What a user may do with tables and views. */
export enum TablePrivilege {
  /** Read rows. */
  SELECT = 'SELECT',
  /** Add rows. */
  INSERT = 'INSERT',
  /** Change rows. */
  UPDATE = 'UPDATE',
  /** Remove rows. */
  DELETE = 'DELETE',
  /** Refer to them by a foreign key. */
  REFERENCES = 'REFERENCES',
  /** Create triggers on them. */
  TRIGGER = 'TRIGGER',
  /** PostgreSQL: empty them. */
  TRUNCATE = 'TRUNCATE',
  /** MySQL, MariaDB: create them. */
  CREATE = 'CREATE',
  /** MySQL, MariaDB: drop them. */
  DROP = 'DROP',
  /** MySQL, MariaDB: change what they look like. */
  ALTER = 'ALTER',
  /** MySQL, MariaDB: create and drop indexes. */
  INDEX = 'INDEX',
}

/** What a user may do with sequences of PostgreSQL. */
export enum SequencePrivilege {
  /** Take the next value, and see the last one. */
  USAGE = 'USAGE',
  /** See the last value. */
  SELECT = 'SELECT',
  /** Take the next value, and set it. */
  UPDATE = 'UPDATE',
}
