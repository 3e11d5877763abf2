/** An error of Secrets Manager; the name is what the SDK's error has. */
export class ServiceFailure extends Error {
  public readonly $fault = 'client';
  public readonly $metadata = { httpStatusCode: 400 };

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const FAILURES = {
  noSecret: () => new ServiceFailure('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.'),
  invalidName: () => new ServiceFailure('ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!'),
  noStage: (stage: string) =>
    new ServiceFailure('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for staging label: ${stage}`),
  noVersion: (id: string) =>
    new ServiceFailure('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${id}`),
  stageElsewhere: () =>
    new ServiceFailure('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.'),
  deleted: () =>
    new ServiceFailure('InvalidRequestException', 'You can\'t perform this operation on the secret because it was marked for deletion.'),
  nameScheduledForDeletion: () => new ServiceFailure('InvalidRequestException',
    'You can\'t create this secret because a secret with this name is already scheduled for deletion.'),
  nameTaken: (name: string) => new ServiceFailure('ResourceExistsException', `The operation failed because the secret ${name} already exists.`),
  tokenTaken: (token: string, arn: string) => new ServiceFailure('ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`),
  noToken: (operation: string) => new ServiceFailure(operation === 'RotateSecret' ? 'InvalidParameterException' : 'InvalidRequestException',
    'You must provide a ClientRequestToken value. We recommend a UUID-type value.'),
  tooLong: () => new ServiceFailure('ValidationException',
    '1 validation error detected: Value at \'secretString\' failed to satisfy constraint: Member must have length less than or equal to 65536'),
  tooManyVersions: () => new ServiceFailure('LimitExceededException', 'You have reached the maximum number of versions for this secret.'),
  tooManyStages: () => new ServiceFailure('LimitExceededException', 'You have reached the maximum number of staging labels for this version.'),
  removeFromMissing: (stage: string, id: string) => new ServiceFailure('InvalidParameterException',
    `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${id}, so you must explicitly reference that version in RemoveFromVersionId.`),
  removeFromElsewhere: (stage: string) => new ServiceFailure('InvalidParameterException',
    `When you move staging label ${stage}, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label ${stage}.`),
  noFunction: () => new ServiceFailure('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.'),
  cannotInvoke: () => new ServiceFailure('AccessDeniedException', 'Secrets Manager cannot invoke the specified Lambda function. '
    + 'Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.'),
  previousRotation: () => new ServiceFailure('InvalidRequestException',
    'A previous rotation isn\'t complete. That rotation will be reattempted.'),
  maxResults: (given: number) => new ServiceFailure('ValidationException', `1 validation error detected: Value '${given}' at 'maxResults' failed to satisfy constraint: `
    + 'Member must have value between 1 and 100'),
  nextToken: () => new ServiceFailure('InvalidNextTokenException', 'Invalid token: the token is not one of this list.'),
  malformedPolicy: () => new ServiceFailure('MalformedPolicyDocumentException', 'This resource policy contains unsupported principals, actions or syntax.'),
  policyTooLong: () => new ServiceFailure('ValidationException',
    '1 validation error detected: Value at \'resourcePolicy\' failed to satisfy constraint: Member must have length less than or equal to 20480'),
  publicPolicy: () => new ServiceFailure('PublicPolicyException', 'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.'),
  kmsDisabled: () => new ServiceFailure('DecryptionFailure', 'Secrets Manager can\'t decrypt the protected secret text using the provided KMS key.'),
  kmsDenied: () => new ServiceFailure('AccessDeniedException', 'Access to KMS is not allowed'),
  throttled: () => new ServiceFailure('ThrottlingException', 'Rate exceeded'),
  unavailable: () => new ServiceFailure('InternalServiceError', 'An error occurred on the server side.'),
};
