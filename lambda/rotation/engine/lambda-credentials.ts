import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromHttp } from '@aws-sdk/credential-provider-http';

type Credentials = Awaited<ReturnType<ReturnType<typeof fromEnv>>>;

/**
 * Lambda hands credentials to a function in its environment or, when the function is restored from a snapshot, over HTTP. The other
 * sources that the SDK looks into, such as files and single sign-on, are none that a function should use, and a fifth of a bundle.
 */
export async function lambdaCredentials(): Promise<Credentials> {
  return (process.env.AWS_ACCESS_KEY_ID ? fromEnv() : fromHttp())();
}

/** What a client of the SDK without credentials asks the package `@aws-sdk/credential-provider-node` for, in whose place this stands. */
export const defaultProvider = (): typeof lambdaCredentials => lambdaCredentials;
