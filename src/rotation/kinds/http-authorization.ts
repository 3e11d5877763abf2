import type { HttpAuthorizationDescription } from '../contract/http-credential';
import { requireHeader, requireHttpUrl, requireTexts } from '../private/http-fit';

/**
 * How the calls for an `HttpCredential` are authorized, by another secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export class HttpAuthorization {
  /**
   * By a token, which is the field `token` of the administrator's secret.
   *
   * @param scheme the word before the token, such as `SSWS`; empty for none
   * @param headerName the name of the header, such as `X-Api-Key`
   */
  public static token(scheme: string = 'Bearer', headerName: string = 'Authorization'): HttpAuthorization {
    return new HttpAuthorization(path => {
      requireHeader(path, headerName, scheme);
      return { header: { name: headerName, scheme } };
    });
  }

  /**
   * By a token that is asked for with the grant `client_credentials`, by `clientId` and `clientSecret` of the administrator's secret.
   *
   * @param tokenUrl the token endpoint
   * @param parameters further parameters of the request, such as `scope`
   */
  public static clientCredentials(tokenUrl: string, parameters: { [name: string]: string } = {}): HttpAuthorization {
    return new HttpAuthorization(path => {
      requireHttpUrl(path, 'tokenUrl', tokenUrl);
      requireTexts(path, 'parameters', parameters);
      return { tokenUrl, parameters };
    });
  }

  private constructor(private readonly describe: (path: string) => HttpAuthorizationDescription) {}

  /** @internal */
  public _describe(path: string): HttpAuthorizationDescription {
    return this.describe(path);
  }
}
