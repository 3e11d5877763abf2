import { spawnSync } from 'child_process';
import { existsSync } from 'fs';
import { join } from 'path';

/** The folder with the archives of Event Ruler, which `.ci/run` fills. */
const JARS = 'EVENT_RULER_JARS';

const PROGRAM = join(__dirname, 'Matches.java');

/** How to get what is missing; absent when Event Ruler can run. */
export function missingEventRuler(): string | undefined {
  const folder = process.env[JARS];
  if (folder !== undefined && existsSync(folder)) return undefined;
  return `Event Ruler, the rule engine of EventBridge: with Java 17 and Maven, mvn -f tools/event-ruler/pom.xml dependency:copy-dependencies -DoutputDirectory=<folder>, and name the folder in ${JARS}`;
}

/** Which pattern matches which event, a row for each pattern, as EventBridge itself decides. */
export function matches(patterns: unknown[], events: unknown[]): boolean[][] {
  const { status, stdout, stderr } = spawnSync('java', ['-cp', join(process.env[JARS]!, '*'), PROGRAM], {
    input: JSON.stringify({ patterns, events }), encoding: 'utf8', timeout: 60_000,
  });
  if (status !== 0) throw new Error(`Event Ruler has failed: ${stderr}`);
  return JSON.parse(stdout) as boolean[][];
}
