import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

/** The folder with the source of https://github.com/external-secrets/reloader, as of v0.2.0. Its module is not in every proxy for Go. */
const SOURCE = 'RELOADER_SOURCE';

/** What is put into a package of the Reloader while it is compiled, because what it calls is not exported. Nothing is written to the source. */
const PROBES = { 'internal/listener/sqs': 'listener_probe.go.txt', 'internal/handler/externalsecret': 'handler_probe.go.txt' };

/** How to get what is missing; absent when the Reloader's own code can run. */
export function missingReloader(): string | undefined {
  const folder = process.env[SOURCE];
  if (folder !== undefined && existsSync(path.join(folder, 'go.mod'))) return undefined;
  return `the source of the Reloader: with Go, check out v0.2.0 of https://github.com/external-secrets/reloader, and name the folder in ${SOURCE}`;
}

/** What the Reloader makes of a message. */
export interface Reading {
  readonly secret: string;
  readonly time: string;
  /** Whether it then refreshes the external secret. */
  readonly refreshes: boolean;
}

/** What the Reloader makes of messages: its own parser reads each, and its own handler says whether the external secret refers to that secret. */
export function whatReloaderDoes(messages: readonly object[], externalSecret: object): Reading[] {
  const work = mkdtempSync(path.join(tmpdir(), 'reloader-'));
  try {
    const [parse, refers] = [compiled(work, 'internal/listener/sqs'), compiled(work, 'internal/handler/externalsecret')];
    return messages.map(message => {
      const { SecretIdentifier: secret, RotationTimestamp: time } = parse({ message });
      return { secret, time, refreshes: refers({ externalSecret, secret }) };
    });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Compiles a package of the Reloader with its probe, and answers what asks it. */
function compiled(work: string, folder: keyof typeof PROBES): (input: object) => any {
  const source = path.resolve(process.env[SOURCE]!);
  const [overlay, program, given, answer] = ['overlay.json', 'probe', 'input.json', 'answer.json'].map(name => path.join(work, `${path.basename(folder)}-${name}`));
  writeFileSync(overlay, JSON.stringify({ Replace: { [path.join(source, folder, 'probe_test.go')]: path.join(__dirname, PROBES[folder]) } }));
  run('go', ['test', '-c', `-overlay=${overlay}`, '-o', program, `./${folder}`], source);
  return input => {
    writeFileSync(given, JSON.stringify(input));
    run(program, ['-test.run=^TestProbe$'], source, { PROBE_INPUT: given, PROBE_ANSWER: answer });
    return JSON.parse(readFileSync(answer, 'utf8'));
  };
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 600_000 });
  if (status !== 0) throw new Error(`${command} has failed: ${error?.message ?? `${stdout}${stderr}`}`);
}
