import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { writeSchemas } from './definitions';

/** The program; `.ci/run` says how it is installed. */
const PROGRAM = 'KUBECONFORM';

/** How to get what is missing; absent when kubeconform can run. */
export function missingKubeconform(): string | undefined {
  if (existsSync(process.env[PROGRAM] ?? '')) return undefined;
  return `kubeconform: with Go, run go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0, and name the program in ${PROGRAM}`;
}

/** What kubeconform says of each object in YAML: its kind, name and status, and what is wrong. */
export function kubeconform(yaml: string): { kind: string; name: string; status: string; msg: string }[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubeconform-'));
  try {
    writeSchemas(folder);
    const location = `${folder}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json`;
    const { stdout, stderr } = spawnSync(process.env[PROGRAM]!, ['-strict', '-verbose', '-output', 'json', '-schema-location', location, '-'], {
      input: yaml, encoding: 'utf8', timeout: 60_000,
    });
    if (stdout === '') throw new Error(`kubeconform has failed: ${stderr}`);
    return JSON.parse(stdout).resources;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
