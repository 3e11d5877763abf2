import { cpSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import type { DeployedRotation } from './deployed-rotation';
import { contextOf, FunctionEnvironment, lambdaVariables, memoryMiBOf, timeoutMsOf, variablesOf } from './function-environment';
import { FunctionProcess } from '../lambda-runtime/function-process';

/** The rotation function of an app in a process of this machine, with the memory and time that it has. */
export class FunctionStand {
  public readonly rotator: FunctionProcess;
  public readonly environment: FunctionEnvironment;
  private readonly folder: string;

  /** @param local what this machine needs beyond what the template sets */
  constructor(deployed: DeployedRotation, local: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'rotate-function-'));
    cpSync(deployed.asset.folder, this.folder, { recursive: true });
    const { Properties = {} } = deployed.rotator.resource;
    this.environment = { template: deployed.rotator.environment, lambda: lambdaVariables(deployed.rotator, this.folder), local };
    this.rotator = new FunctionProcess({
      folder: this.folder,
      environment: variablesOf(this.environment),
      memoryMiB: memoryMiBOf(Properties),
      timeoutMs: timeoutMsOf(Properties),
      context: contextOf(deployed.rotator),
    });
  }

  public remove(): void {
    this.rotator.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
