/** The folder, the account and the group that AWS's own installation uses, so that what is written about it holds here. */
const FOLDER = '/opt/aws/secretsmanageragent';
const PROGRAM = `${FOLDER}/bin/aws_secretsmanager_agent`;
const CONFIGURATION = `${FOLDER}/config.toml`;
const USER = 'awssmauser';
const READERS = 'awssmatokenreader';
const TOKEN_FILE = '/var/run/awssmatoken';
const SERVICE = 'awssmastartup.service';

/** The token is another one after each start: whoever reads the file may ask the agent, and nobody who only makes it send a request. */
const UNIT = [
  '[Unit]',
  'Description=AWS Secrets Manager Agent',
  'Wants=network-online.target',
  'After=network-online.target',
  '',
  '[Service]',
  'Type=exec',
  `User=${USER}`,
  `WorkingDirectory=${FOLDER}`,
  `Environment=AWS_TOKEN=file://${TOKEN_FILE}`,
  `ExecStartPre=+/bin/sh -c 'umask 077 && head -c 32 /dev/urandom | sha256sum | cut -c 1-64 > ${TOKEN_FILE} && chgrp ${READERS} ${TOKEN_FILE} && chmod 640 ${TOKEN_FILE}'`,
  `ExecStart=${PROGRAM} --config ${CONFIGURATION}`,
  'Restart=always',
  'NoNewPrivileges=true',
  'ProtectSystem=strict',
  'ProtectHome=read-only',
  'PrivateTmp=true',
  '',
  '[Install]',
  'WantedBy=multi-user.target',
];

/** What is installed, and for whom. */
export interface AgentInstallation {
  /** `s3://bucket/key` */
  readonly programUrl: string;
  readonly sha256: string;
  readonly region: string;
  readonly configuration: readonly string[];
  /** Accounts of the machine that may ask the agent. */
  readonly readers: readonly string[];
}

/** The lines of a shell script that installs the agent, or brings it up to date. It changes nothing when the program is not the expected one. */
export function installationScript({ programUrl, sha256, region, configuration, readers }: AgentInstallation): string[] {
  return [
    'set -eu',
    'program=$(mktemp)',
    'trap \'rm -f "$program"\' EXIT',
    `aws s3 cp --only-show-errors --region '${region}' '${programUrl}' "$program"`,
    `echo "${sha256}  $program" | sha256sum --check --status || { echo 'the program of the agent has another checksum' >&2; exit 1; }`,
    `groupadd -f ${READERS}`,
    `id -u ${USER} > /dev/null 2>&1 || useradd --system --gid ${READERS} --home-dir ${FOLDER} --shell /sbin/nologin ${USER}`,
    ...readers.map(reader => `usermod -a -G ${READERS} '${reader}'`),
    `install -d -m 755 ${FOLDER} ${FOLDER}/bin`,
    ...written(CONFIGURATION, configuration),
    ...written(`/etc/systemd/system/${SERVICE}`, UNIT),
    `install -m 755 "$program" ${PROGRAM}`,
    'systemctl daemon-reload',
    `systemctl enable ${SERVICE}`,
    `systemctl restart ${SERVICE}`,
  ];
}

/** Between quoted marks nothing is expanded. */
function written(file: string, lines: readonly string[]): string[] {
  return [`cat > ${file} <<'END'`, ...lines, 'END', `chmod 644 ${file}`];
}
