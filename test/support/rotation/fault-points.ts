import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login, OwnedUser } from '../../../lambda/rotation/engine/database-adapter';
import type { GrantDescription } from '../../../src/rotation/contract/database-user';
import type { RotatedEngine } from '../../../src/rotation/contract/engines';

/** A place where a process can die: before or after a call that leaves it. */
export type FaultPoint = (when: 'before' | 'after', call: string) => Promise<void>;

/** The process died here. */
export class Crash extends Error {}

/** An adapter with a fault point before and after each of its calls. */
export class FaultyAdapter implements DatabaseAdapter {
  public readonly engine: RotatedEngine;
  public readonly defaultDatabase?: string;

  constructor(private readonly adapter: DatabaseAdapter, private readonly point: FaultPoint) {
    this.engine = adapter.engine;
    this.defaultDatabase = adapter.defaultDatabase;
  }

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    await this.point('before', 'connect');
    const session = await this.adapter.connect(login, options);
    const faulty = session && new FaultySession(session, this.point);
    await this.point('after', 'connect').catch(async (crash: unknown) => {
      await session?.close();
      throw crash;
    });
    return faulty;
  }
}

class FaultySession implements DatabaseSession {
  constructor(private readonly session: DatabaseSession, private readonly point: FaultPoint) {}

  public async probe(): Promise<void> {
    return this.around('probe', async () => this.session.probe());
  }

  public async setOwnPassword(password: string): Promise<void> {
    return this.around('setOwnPassword', async () => this.session.setOwnPassword(password));
  }

  public async setOwnPasswordRetainingCurrent(password: string): Promise<void> {
    return this.around('setOwnPasswordRetainingCurrent', async () => this.session.setOwnPasswordRetainingCurrent(password));
  }

  public async cloneUser(original: string, clone: string, password: string, proof?: () => Promise<boolean>): Promise<void> {
    return this.around('cloneUser', async () => this.session.cloneUser(original, clone, password, proof));
  }

  public async account(): Promise<string | undefined> {
    return this.session.account?.();
  }

  public async setPasswordOf(username: string, password: string, account?: string): Promise<void> {
    return this.around('setPasswordOf', async () => this.session.setPasswordOf(username, password, account));
  }

  public async ensureUser(user: OwnedUser, takeOver: boolean): Promise<void> {
    return this.around('ensureUser', async () => this.session.ensureUser(user, takeOver));
  }

  public async ownsUser(user: OwnedUser): Promise<boolean> {
    return this.session.ownsUser(user);
  }

  public async databasesFor(username: string, grants: readonly GrantDescription[]): Promise<readonly string[]> {
    return this.session.databasesFor(username, grants);
  }

  public async setGrants(username: string, grants: readonly GrantDescription[]): Promise<void> {
    return this.around('setGrants', async () => this.session.setGrants(username, grants));
  }

  public async setPassword(username: string, password: string): Promise<void> {
    return this.around('setPassword', async () => this.session.setPassword(username, password));
  }

  public async dropUser(user: OwnedUser): Promise<void> {
    return this.around('dropUser', async () => this.session.dropUser(user));
  }

  /** A process that died has closed its sockets too, so this happens always. */
  public async close(): Promise<void> {
    await this.session.close();
  }

  private async around(call: string, work: () => Promise<void>): Promise<void> {
    await this.point('before', call);
    await work();
    await this.point('after', call);
  }
}
