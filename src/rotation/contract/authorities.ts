/**
 * The regions whose RDS certificate authorities the rotation functions lack: there, `TLS_CA_BUNDLE` brings them. A test keeps the
 * list true in both directions.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export const REGIONS_WITHOUT_RDS_AUTHORITIES: readonly string[] = [
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
  'il-central-1',
  'me-west-1',
  'mx-central-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'us-iso-west-1',
  'us-isob-east-1',
  'us-isob-west-1',
  'us-isof-east-1',
  'us-isof-south-1',
];
