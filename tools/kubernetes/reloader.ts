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

/** Has the Reloader's own parser read the message, and its own handler say whether the external secret refers to that secret. */
export function whatReloaderDoes(message: object, externalSecret: object): Reading {
  const { SecretIdentifier: secret, RotationTimestamp: time } = probe('internal/listener/sqs', { message });
  return { secret, time, refreshes: probe('internal/handler/externalsecret', { externalSecret, secret }) };
}

function probe(folder: keyof typeof PROBES, input: object): any {
  const source = path.resolve(process.env[SOURCE]!);
  const work = mkdtempSync(path.join(tmpdir(), 'reloader-'));
  try {
    const [overlay, given, answer] = ['overlay.json', 'input.json', 'answer.json'].map(name => path.join(work, name));
    writeFileSync(overlay, JSON.stringify({ Replace: { [path.join(source, folder, 'probe_test.go')]: path.join(__dirname, PROBES[folder]) } }));
    writeFileSync(given, JSON.stringify(input));
    go(source, ['test', `-overlay=${overlay}`, '-count=1', '-run=^TestProbe$', `./${folder}`], { PROBE_INPUT: given, PROBE_ANSWER: answer });
    return JSON.parse(readFileSync(answer, 'utf8'));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function go(cwd: string, args: string[], env: Record<string, string>): void {
  const { status, stdout, stderr, error } = spawnSync('go', args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 600_000 });
  if (status !== 0) throw new Error(`go ${args[0]} has failed: ${error?.message ?? `${stdout}${stderr}`}`);
}
