/** An account holds one environment of one workload. The platform team has the list; a program of yours may read it from AWS Organizations. */
export interface BaselineAccount {
  readonly id: string;
  readonly environment: string;
  readonly workload: string;
}

export const ACCOUNTS: BaselineAccount[] = [
  { id: '444455556666', environment: 'staging', workload: 'payments' },
  { id: '111122223333', environment: 'prod', workload: 'payments' },
];

export const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1'];
