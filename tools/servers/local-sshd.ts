import { execFileSync, spawnSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir, userInfo } from 'os';
import { join } from 'path';
import { giveTo, unprivileged } from './unprivileged';

/** The variable that names the folder with `sbin/sshd`: the `usr` of an unpacked Debian. */
export const SSHD_FOLDER = 'ROTATION_TEST_SSHD';

/** What ssh ends with when it was not let in; another code is that of the command, which a user without a shell has none for. */
const NOT_LET_IN = 255;

const CONFIGURATION = ['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'StrictModes no', 'UsePAM yes', 'PidFile none'];

/** OpenSSH: a server for each connection, which lets in whom its file names. */
export class LocalSshd {
  public static async start(prefix: string): Promise<LocalSshd> {
    return new LocalSshd(prefix, mkdtempSync(join(tmpdir(), 'rotation-sshd-')));
  }

  private readonly account = unprivileged();

  private constructor(private readonly prefix: string, private readonly folder: string) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')]);
    this.write('config', [...CONFIGURATION, `HostKey ${join(folder, 'host')}`, `AuthorizedKeysFile ${join(folder, 'authorized')}`].join('\n'));
  }

  /** Name and version, as the server itself says. */
  public product(): string {
    const { stderr } = spawnSync(join(this.prefix, 'sbin/sshd'), ['-V'], { env: { LD_LIBRARY_PATH: this.libraries } });
    return /^OpenSSH_[\w.]+/.exec(stderr.toString())![0].replace('_', ' ');
  }

  /** What stands in the file of the server. */
  public authorize(authorizedKeys: string): void {
    this.write('authorized', authorizedKeys);
  }

  /** Whether a client with this private key is let in. */
  public letsIn(privateKey: string): boolean {
    this.write('key', privateKey);
    const { uid } = this.account;
    const user = uid === undefined ? userInfo().username : 'nobody';
    const proxy = `env LD_LIBRARY_PATH=${this.libraries} ${join(this.prefix, 'sbin/sshd')} -i -e -f ${join(this.folder, 'config')}`;
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', `ProxyCommand=${proxy}`];
    const { status, stderr } = spawnSync('ssh', [
      '-F', 'none', '-i', join(this.folder, 'key'), ...options.flatMap((option) => ['-o', option]), `${user}@server`, 'true',
    ], { ...this.account, cwd: this.folder, timeout: 60_000 });
    const said = stderr.toString();
    if (status === NOT_LET_IN && !said.includes('Permission denied (publickey)')) throw new Error(`ssh did not get as far as the key: ${said}`);
    return status !== NOT_LET_IN;
  }

  public async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get libraries(): string {
    return join(this.prefix, 'lib/x86_64-linux-gnu');
  }

  private write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    giveTo(this.account, this.folder);
  }
}
